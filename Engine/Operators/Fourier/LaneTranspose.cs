// Between rows of memory and vectors of sixteen lanes, one row a lane: sixteen signals can then be worked on side by
// side without a single shuffle. 16 x 16 blocks are turned in registers where the processor has 512-bit vectors.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Operators;

/// <summary>Turns rows into lanes and back. Element c of row r is lane r of vector c.</summary>
public static unsafe class LaneTranspose
{
    /// <summary>Lanes of a vector, rows at most.</summary>
    public const int Lanes = 16;

    /// <summary>Rows to lanes.</summary>
    /// <param name="rows">The first element of the first row.</param>
    /// <param name="rowStride">Elements from a row to the next; rows may overlap.</param>
    /// <param name="rowCount">Rows, 1 to 16; lanes beyond repeat the last row, so that they hold harmless values.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="lanes">Receives [columns, 16].</param>
    /// <param name="weights">[columns] that every row is multiplied by, or null.</param>
    public static void ToLanes(
        float* rows, long rowStride, int rowCount, int columns, float* lanes, float* weights = null)
    {
        int c = 0;
        if (Avx512F.IsSupported && rowCount == Lanes)
        {
            for (; c <= columns - Lanes; c += Lanes)
            {
                if (weights == null)
                {
                    Block16(rows + c, rowStride, lanes + (c * Lanes), Lanes, default(AsTheyAre));
                }
                else
                {
                    Block16(
                        rows + c, rowStride, lanes + (c * Lanes), Lanes, new Weighted(Vector512.Load(weights + c)));
                }
            }
        }

        for (; c < columns; c++)
        {
            float weight = weights == null ? 1f : weights[c];
            for (int r = 0; r < Lanes; r++)
            {
                lanes[(c * Lanes) + r] = weight * rows[(Math.Min(r, rowCount - 1) * rowStride) + c];
            }
        }
    }

    /// <summary>Lanes to rows.</summary>
    /// <param name="lanes">[columns, 16].</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="rows">The first element of the first row.</param>
    /// <param name="rowStride">Elements from a row to the next.</param>
    /// <param name="rowCount">Rows to write, 1 to 16.</param>
    public static void FromLanes(float* lanes, int columns, float* rows, long rowStride, int rowCount)
    {
        int c = 0;
        if (Avx512F.IsSupported && rowCount == Lanes)
        {
            for (; c <= columns - Lanes; c += Lanes)
            {
                Block16(lanes + (c * Lanes), Lanes, rows + c, rowStride, default(AsTheyAre));
            }
        }

        for (; c < columns; c++)
        {
            for (int r = 0; r < rowCount; r++)
            {
                rows[(r * rowStride) + c] = lanes[(c * Lanes) + r];
            }
        }
    }

    /// <summary>target[j, i] = source[i, j] for i, j below 16: pairs, quads, then quarters of the vectors change place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block16<TRow>(float* source, long sourceStride, float* target, long targetStride, TRow row)
        where TRow : struct, IRow
    {
        Quad(source, sourceStride, row, out var a0, out var a1, out var a2, out var a3);
        Quad(source + (4 * sourceStride), sourceStride, row, out var b0, out var b1, out var b2, out var b3);
        Quad(source + (8 * sourceStride), sourceStride, row, out var c0, out var c1, out var c2, out var c3);
        Quad(source + (12 * sourceStride), sourceStride, row, out var d0, out var d1, out var d2, out var d3);
        Quarters(a0, b0, c0, d0, target, targetStride);
        Quarters(a1, b1, c1, d1, target + targetStride, targetStride);
        Quarters(a2, b2, c2, d2, target + (2 * targetStride), targetStride);
        Quarters(a3, b3, c3, d3, target + (3 * targetStride), targetStride);
    }

    /// <summary>Turns the four 4 x 4 blocks of four rows: column 4 g + j stands in quarter g of result j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad<TRow>(
        float* source, long stride, TRow row,
        out Vector512<float> t0, out Vector512<float> t1, out Vector512<float> t2, out Vector512<float> t3)
        where TRow : struct, IRow
    {
        Vector512<float> r0 = row.Load(source);
        Vector512<float> r1 = row.Load(source + stride);
        Vector512<float> r2 = row.Load(source + (2 * stride));
        Vector512<float> r3 = row.Load(source + (3 * stride));
        Vector512<double> low01 = Avx512F.UnpackLow(r0, r1).AsDouble();
        Vector512<double> high01 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> low23 = Avx512F.UnpackLow(r2, r3).AsDouble();
        Vector512<double> high23 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        t0 = Avx512F.UnpackLow(low01, low23).AsSingle();
        t1 = Avx512F.UnpackHigh(low01, low23).AsSingle();
        t2 = Avx512F.UnpackLow(high01, high23).AsSingle();
        t3 = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Gathers quarter g of the four vectors into row 4 g of the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, long stride)
    {
        Vector512<float> abLow = Avx512F.Shuffle4x128(a, b, 0x44);
        Vector512<float> abHigh = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<float> cdLow = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<float> cdHigh = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(abLow, cdLow, 0x88).Store(target);
        Avx512F.Shuffle4x128(abLow, cdLow, 0xDD).Store(target + (4 * stride));
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0x88).Store(target + (8 * stride));
        Avx512F.Shuffle4x128(abHigh, cdHigh, 0xDD).Store(target + (12 * stride));
    }

    /// <summary>How sixteen elements of a row are read.</summary>
    private interface IRow
    {
        Vector512<float> Load(float* at);
    }

    private readonly struct AsTheyAre : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(float* at) => Vector512.Load(at);
    }

    private readonly struct Weighted(Vector512<float> weights) : IRow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(float* at) => Vector512.Load(at) * weights;
    }
}
