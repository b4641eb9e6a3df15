namespace NativeCnn.Engine.Ptx;

/// <summary>An array in memory: its first byte and how many there are.</summary>
internal readonly record struct PtxArray(long Start, long Bytes);
