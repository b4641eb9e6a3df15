// What the host matrix product is made of: register tiles in the widest vectors of this processor, and the copies
// that bring panels of A and B into the order in which the tiles read them. Two kinds of tile:
//   Outer  rows x (vectors * lanes) of C from k outer products: an element of A broadcast times vectors of B.
//          Strides are free, so that A and A transposed are read in place and B in place or from a packed panel.
//   Dot    DotRows x 4 of C from rows of A and rows of B, where both are contiguous in K: nothing is packed.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>Tiles and copies; the generated <see cref="MatMulTiles{TVector}"/> holds the tiles' bodies.</summary>
/// <remarks>
/// AVX-512 has 32 registers: 8 x 3 sums, 3 of B, 1 of A. AVX2 and SSE have 16: 4 x 3, 3 and 1. NEON has 32.
/// </remarks>
internal static unsafe class MatMulTiles
{
    /// <summary>Width of the widest tile in vectors.</summary>
    public const int MaxVectors = 3;

    /// <summary>Columns of a Dot tile.</summary>
    public const int DotColumns = 4;

    /// <summary>Floats that hold any tile.</summary>
    public const int MaxTileLength = 8 * MaxVectors * 16;

    private static ReadOnlySpan<uint> TailMaskWords =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u,
    ];

    /// <summary>float32 lanes in a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

    /// <summary>Height of the highest Outer tile.</summary>
    public static int Rows => Lanes == 16 ? 8 : 4;

    /// <summary>Height of the highest Dot tile.</summary>
    public static int DotRows => Lanes == 16 ? 6 : 2;

    /// <summary>16 words of zeros, then 16 of ones: the program's own data, so the address holds.</summary>
    internal static float* TailMask => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(TailMaskWords));

    /// <summary>Runs an Outer tile of 1, 2, 4 or 8 rows, at most <see cref="Rows"/>, and 1 to 3 vectors.</summary>
    public static void Outer(int rows, int vectors, in MatMulTile tile)
    {
        switch (Lanes)
        {
            case 16:
                MatMulTiles<FloatVector512>.Outer(rows, vectors, tile);
                break;
            case 8:
                MatMulTiles<FloatVector256>.Outer(rows, vectors, tile);
                break;
            default:
                MatMulTiles<FloatVector128>.Outer(rows, vectors, tile);
                break;
        }
    }

    /// <summary>
    /// sums[4 * row + column] = the product of two rows of <paramref name="k"/> floats, at least <see cref="Lanes"/>,
    /// for as many rows as <see cref="NextDotRows"/> gives.
    /// </summary>
    public static void Dot(int rows, float** a, float** b, int k, float* sums)
    {
        switch (Lanes)
        {
            case 16:
                MatMulTiles<FloatVector512>.Dot(rows, a, b, k, sums);
                break;
            case 8:
                MatMulTiles<FloatVector256>.Dot(rows, a, b, k, sums);
                break;
            default:
                MatMulTiles<FloatVector128>.Dot(rows, a, b, k, sums);
                break;
        }
    }

    /// <summary>Asks for so many floats, at most 48, where the processor can be asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(float* at, int floats)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        Sse.Prefetch0(at);
        if (floats > 16)
        {
            Sse.Prefetch0(at + 16);
        }

        if (floats > 32)
        {
            Sse.Prefetch0(at + 32);
        }
    }

    /// <summary>Height of the next tile where <paramref name="remaining"/> rows are left: 8, 4, 2 or 1.</summary>
    public static int NextRows(int remaining)
    {
        int rows = Rows;
        while (rows > remaining)
        {
            rows /= 2;
        }

        return rows;
    }

    /// <summary>
    /// Height of the next Dot tile where <paramref name="remaining"/> rows are left: 6, 4, 2 or 1, where 5 go as 6 and
    /// 3 as 4 with the last row twice, for a tile more would read B once more.
    /// </summary>
    public static int NextDotRows(int remaining) =>
        remaining > 4 ? DotRows : Math.Min(DotRows, remaining == 3 ? 4 : remaining);

    /// <summary>Width of the next tile where <paramref name="remaining"/> vectors are left: 4 go as 2 and 2.</summary>
    public static int NextVectors(int remaining) => remaining == 4 ? 2 : Math.Min(MaxVectors, remaining);

    /// <summary>
    /// target[j, i] = source[i, j] for <paramref name="rows"/> rows of <paramref name="columns"/> floats.
    /// </summary>
    public static void Transpose(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        switch (Lanes)
        {
            case 16:
                Transpose<FloatVector512>(source, sourceRow, target, targetRow, rows, columns);
                break;
            case 8:
                Transpose<FloatVector256>(source, sourceRow, target, targetRow, rows, columns);
                break;
            default:
                Transpose<FloatVector128>(source, sourceRow, target, targetRow, rows, columns);
                break;
        }
    }

    // In square blocks of whole vectors: a line of the source is read once, a line of the target written once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<TVector>(
        float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        int lanes = TVector.Count;
        int i = 0;
        for (; i <= rows - lanes; i += lanes)
        {
            float* from = source + (i * sourceRow);
            float* to = target + i;
            int j = 0;
            while (j <= columns - lanes && TVector.TransposeBlock(from + j, sourceRow, to, targetRow, null))
            {
                j += lanes;
                to += lanes * targetRow;
            }

            Transpose4(from + j, sourceRow, to, targetRow, lanes, columns - j);
        }

        Transpose4(source + (i * sourceRow), sourceRow, target + i, targetRow, rows - i, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose4(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        int i = 0;
        for (; i <= rows - 4; i += 4)
        {
            float* from = source + (i * sourceRow);
            float* to = target + i;
            int j = 0;
            for (; j <= columns - 4; j += 4)
            {
                (Vector128<float> ab0, Vector128<float> ab1) = VectorLanes.Zip(
                    Vector128.Load(from + j), Vector128.Load(from + (2 * sourceRow) + j));
                (Vector128<float> cd0, Vector128<float> cd1) = VectorLanes.Zip(
                    Vector128.Load(from + sourceRow + j), Vector128.Load(from + (3 * sourceRow) + j));
                (Vector128<float> t0, Vector128<float> t1) = VectorLanes.Zip(ab0, cd0);
                (Vector128<float> t2, Vector128<float> t3) = VectorLanes.Zip(ab1, cd1);
                t0.Store(to);
                t1.Store(to + targetRow);
                t2.Store(to + (2 * targetRow));
                t3.Store(to + (3 * targetRow));
                to += 4 * targetRow;
            }

            for (; j < columns; j++)
            {
                for (int row = 0; row < 4; row++)
                {
                    to[row] = from[(row * sourceRow) + j];
                }

                to += targetRow;
            }
        }

        for (; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                target[(j * targetRow) + i] = source[(i * sourceRow) + j];
            }
        }
    }

    /// <summary>
    /// target[i, j] = source[i, j] for <paramref name="rows"/> rows of <paramref name="columns"/> floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        for (int i = 0; i < rows; i++, source += sourceRow, target += targetRow)
        {
            int j = 0;
            for (; j <= columns - 16; j += 16)
            {
                Vector512.Load(source + j).Store(target + j);
            }

            for (; j < columns; j++)
            {
                target[j] = source[j];
            }
        }
    }
}
