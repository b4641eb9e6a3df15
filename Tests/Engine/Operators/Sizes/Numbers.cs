namespace NativeCnn.Tests.Engine.Operators.Sizes;

/// <summary>Random extents: mostly small, at times one where an int, a product or a tile ends.</summary>
internal sealed class Numbers(Random random)
{
    private static readonly int[] Limits =
    [
        0, -1, int.MinValue, int.MinValue + 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513,
        1023, 1024, 1025, 4095, 4096, 4097, 32767, 32768, 46340, 46341, 65535, 65536, 65537, (1 << 20) - 1, 1 << 20,
        (1 << 20) + 1, 1 << 24, 1 << 28, 1 << 30, (1 << 30) + 1, 2147483640, int.MaxValue - (1 << 24),
        int.MaxValue - (1 << 24) + 1, int.MaxValue - 1, int.MaxValue,
    ];

    // One case in three has no limit in it at all.
    private readonly int oneIn = random.Next(3) == 0 ? int.MaxValue : 4 + random.Next(8);

    public int Next(int below) => random.Next(below);

    public int Next(int from, int below) => random.Next(from, below);

    /// <summary>Any extent.</summary>
    /// <param name="least">The least of the small ones.</param>
    public int Any(int least = 1) => random.Next(oneIn) == 0
        ? Limits[random.Next(Limits.Length)]
        : random.Next(8) == 0 ? random.Next(least, 200) : random.Next(least, 13);

    /// <summary>A limit.</summary>
    public int Limit() => Limits[random.Next(Limits.Length)];

    /// <summary>A multiple of a number, as an int makes it.</summary>
    public int Times(int factor) => unchecked(factor * Any());
}
