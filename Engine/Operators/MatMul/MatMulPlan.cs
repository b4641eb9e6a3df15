using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>Which rung computes a product, and in how many parts of K. Both follow from the shape alone.</summary>
/// <param name="Rung">The kernel.</param>
/// <param name="Parts">Parts that K is split into, each summed by groups of its own; 1 where it is not.</param>
/// <param name="PartK">Terms of a part; the last may have fewer.</param>
internal readonly record struct MatMulPlan(MatMulRung Rung, int Parts, int PartK)
{
    /// <summary>The default:
    /// <code>
    /// M, N and K at least                     rung           K is split where it has 512 terms and C ...
    /// 128, 128, 16, and 96 groups come of it  Registers8x8   has less than 128 tiles: to 128 groups, 128 terms each
    ///  32,  32, 16                            Registers4x4   has at most 64 tiles: to 256 groups, 64 terms each
    ///   1,   1, 16                            Tiled          has at most 64 tiles: to 256 groups, 64 terms each
    ///   1,   1,  1                            Naive          -
    /// </code>
    /// The numbers of groups are those of a GPU of some 130 multiprocessors. They are fixed, so that a product has the
    /// same bits on every GPU of one kind. Extents and groups are <see cref="PlanThresholds"/>, of a device's own where
    /// it was tuned. Where copies are asynchronous, such a table may put Copied8x8 in the place of Registers8x8.
    /// </summary>
    /// <param name="shape">The extents.</param>
    /// <param name="tensorCores">Tensor cores may compute it: they do from 64, 32 and 16 on.</param>
    /// <param name="thresholds">The device's; null for the defaults.</param>
    /// <param name="copies">The device has asynchronous copies.</param>
    public static MatMulPlan Of(
        MatMulShape shape, bool tensorCores = false, PlanThresholds? thresholds = null, bool copies = false)
    {
        PlanThresholds least = thresholds ?? PlanThresholds.Default;
        if (shape.K < least.MatMulTerms)
        {
            return Of(shape, MatMulRung.Naive);
        }

        if (tensorCores && shape.M >= 64 && shape.N >= 32)
        {
            return Of(shape, MatMulRung.TensorCores);
        }

        bool copied = copies && Math.Min(shape.M, shape.N) >= least.MatMulCopies;
        MatMulPlan big = Of(shape, copied ? MatMulRung.Copied8x8 : MatMulRung.Registers8x8);
        if (shape.M >= least.MatMul8x8 && shape.N >= least.MatMul8x8 &&
            Tiles(shape, TileOf(big.Rung)) * big.Parts >= least.MatMul8x8Groups)
        {
            return big;
        }

        return Of(shape, shape.M >= least.MatMul4x4 && shape.N >= least.MatMul4x4
            ? MatMulRung.Registers4x4
            : MatMulRung.Tiled);
    }

    /// <summary>The plan of a shape with a rung of one's own choice.</summary>
    public static MatMulPlan Of(MatMulShape shape, MatMulRung rung)
    {
        if (!Enum.IsDefined(rung))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rung), rung,
                $"there is no such rung; there are {string.Join(", ", Enum.GetNames<MatMulRung>())}");
        }

        bool big = rung >= MatMulRung.Registers8x8;
        long tiles = rung == MatMulRung.Naive ? 0 : Tiles(shape, TileOf(rung));
        long parts = rung == MatMulRung.Naive || shape.K < 512 || tiles > 64 ? 1
            : big ? Math.Min(128 / tiles, shape.K / 128)
            : Math.Min(256 / tiles, shape.K / 64);
        return Of(shape, rung, (int)parts);
    }

    /// <summary>The plan with at most so many parts, each but the last a whole number of steps along K.</summary>
    public static MatMulPlan Of(MatMulShape shape, MatMulRung rung, int parts)
    {
        const int Step = 16; // What every rung's step along K divides.
        int partK = (shape.K + (parts * Step) - 1) / (parts * Step) * Step;
        return new MatMulPlan(rung, (shape.K + partK - 1) / partK, partK);
    }

    /// <summary>Groups of threads: tiles along M in x, where a grid may be longest, along N in y, parts in z.</summary>
    public KernelConfig Grid(MatMulShape shape)
    {
        (int m, int n) = TileOf(Rung);
        Index3D threads = Rung switch
        {
            MatMulRung.Tiled => new Index3D(n, m, 1),
            MatMulRung.TensorCores => new Index3D(MatMulTensorKernels.Threads, 1, 1),
            _ => new Index3D(256, 1, 1),
        };
        return new KernelConfig(new Index3D((shape.M + m - 1) / m, (shape.N + n - 1) / n, Parts), threads);
    }

    private static (int M, int N) TileOf(MatMulRung rung) => rung switch
    {
        MatMulRung.Tiled => (MatMulKernels.Tile, MatMulKernels.Tile),
        MatMulRung.Registers4x4 => (MatMulRegisterKernels.Tile4x4, MatMulRegisterKernels.Tile4x4),
        MatMulRung.Registers8x8 or MatMulRung.Copied8x8 =>
            (MatMulRegisterKernels.Tile8x8, MatMulRegisterKernels.Tile8x8),
        MatMulRung.TensorCores => (MatMulTensorKernels.TileM, MatMulTensorKernels.TileN),
        _ => throw new InvalidOperationException($"{rung} has no tiles"),
    };

    private static long Tiles(MatMulShape shape, (int M, int N) tile) =>
        (long)((shape.M + tile.M - 1) / tile.M) * ((shape.N + tile.N - 1) / tile.N);
}
