namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a number of channels.</summary>
public sealed record ChannelCount(int Channels, int Clips);
