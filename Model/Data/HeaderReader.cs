namespace NativeCnn.Model.Data;

/// <summary>Says what a file's first bytes make of it; null leaves it out.</summary>
internal delegate byte[]? HeaderReader(ReadOnlySpan<byte> header);
