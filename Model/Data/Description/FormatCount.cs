namespace NativeCnn.Model.Data.Description;

/// <summary>Clips of a format, such as <c>WAV, 16-bit PCM</c>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FormatCount(string Format, int Clips);
