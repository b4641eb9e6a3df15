namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a number of channels.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ChannelCount(int Channels, int Clips);
