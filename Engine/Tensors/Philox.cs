// Counter-based random numbers: the same (seed, step, layer, element) gives the same number on every device.
namespace NativeCnn.Engine.Tensors;

/// <summary>
/// Philox 4x32-10, after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// A pure function of a 128-bit counter and a 64-bit key; portable kernels and host bodies both call it.
/// </summary>
public static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>Four random words for a counter and a key.</summary>
    public static PhiloxBlock Generate(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            uint high0 = (uint)(product0 >> 32);
            uint high1 = (uint)(product1 >> 32);
            c0 = high1 ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = high0 ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new PhiloxBlock(c0, c1, c2, c3);
    }

    /// <summary>
    /// Four random words for elements 4 * <paramref name="block"/> to 4 * <paramref name="block"/> + 3 of one layer at
    /// one step: counter (block, step, layer, 0), key = seed.
    /// </summary>
    public static PhiloxBlock Generate(ulong seed, uint step, uint layer, uint block) =>
        Generate(block, step, layer, 0, (uint)seed, (uint)(seed >> 32));

    /// <summary>A word as a float in [0, 1): its upper 24 bits times 2^-24.</summary>
    public static float ToUniform(uint word) => (word >> 8) * (1f / (1 << 24));
}
