namespace NativeCnn.Model.Data;

/// <summary>Told a file's first bytes.</summary>
internal delegate void HeaderReader(ReadOnlySpan<byte> header);
