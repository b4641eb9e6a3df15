// Random numbers in a sequence, for shuffling and synthesis on the host: the same on every machine and in every
// release of .NET, which System.Random does not promise. Where elements must be drawn in parallel, see Philox.
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
namespace NativeCnn.Engine.Tensors;

/// <summary>A SplitMix64 stream: output n is a hash of seed + n * 2^64 / golden ratio.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;
    private ulong state;

    /// <summary>The stream of a seed.</summary>
    public SplitMix64(long seed) => state = unchecked((ulong)seed);

    /// <summary>A stream of its own for each seed and pair of keys; neighbours have nothing in common.</summary>
    public SplitMix64(long seed, long key, long subkey = 0) => state = unchecked(
        Mix(Mix(Mix((ulong)seed + GoldenGamma) + (ulong)key + GoldenGamma) + (ulong)subkey + GoldenGamma));

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(state += GoldenGamma);

    /// <summary>A number from [low, high), evenly spread.</summary>
    public double Between(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / (1UL << 53))));

    /// <summary>
    /// An integer from [0, bound): the high half of a 64 x 64 bit product, whose bias is below bound / 2^64.
    /// </summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Puts items into random order, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
