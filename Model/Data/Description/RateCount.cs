namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a sample rate in hertz.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record RateCount(int SampleRate, int Clips);
