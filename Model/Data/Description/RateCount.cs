namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a sample rate in hertz.</summary>
public sealed record RateCount(int SampleRate, int Clips);
