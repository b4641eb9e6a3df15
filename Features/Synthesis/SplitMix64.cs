// The random numbers of the synthesised sounds: the same on every machine and in every release of .NET.
// Source: G. L. Steele Jr., D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).

namespace NativeCnn.Features.Synthesis;

/// <summary>A SplitMix64 stream: output n is a hash of key + n * 2^64 / golden ratio.</summary>
internal struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;
    private ulong state;

    /// <summary>A stream of its own for each triple; neighbours have nothing in common.</summary>
    internal SplitMix64(ulong seed, ulong classIndex, ulong exampleIndex)
    {
        state = Mix(Mix(Mix(seed + GoldenGamma) + classIndex + GoldenGamma) + exampleIndex + GoldenGamma);
    }

    /// <summary>64 random bits.</summary>
    internal ulong Next() => Mix(state += GoldenGamma);

    /// <summary>A number from [low, high), evenly spread.</summary>
    internal double Between(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / (1UL << 53))));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
