namespace NativeCnn.Engine.Ptx;

/// <summary>Lanes that go one way together.</summary>
/// <param name="Block">The block that they execute next.</param>
/// <param name="Lanes">Which they are.</param>
/// <param name="Reconvergence">The block before which they wait for those that they parted from.</param>
internal readonly record struct PtxStackEntry(int Block, uint Lanes, int Reconvergence);
