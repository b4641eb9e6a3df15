// What the host matrix product is made of: register tiles in the widest vectors of this processor, and the copies
// that bring panels of A and B into the order in which the tiles read them. Two kinds of tile:
//   Outer  rows x (vectors * lanes) of C from k outer products: an element of A broadcast times vectors of B.
//          Strides are free, so that A and A transposed are read in place and B in place or from a packed panel.
//   Dot    DotRows x 4 of C from rows of A and rows of B, where both are contiguous in K: nothing is packed.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Operators;

/// <summary>One Outer tile: C (+)= A B. Strides count floats.</summary>
internal unsafe struct MatMulTile
{
    /// <summary>The first element of A, from one row to the next and from one k to the next.</summary>
    public float* A;
    public nint ARow;
    public nint AStep;

    /// <summary>The first element of B and from one k to the next.</summary>
    public float* B;
    public nint BStep;

    /// <summary>The first element of C and from one row to the next; <see cref="Add"/> adds to what is there.</summary>
    public float* C;
    public nint CRow;
    public int K;
    public bool Add;
}

/// <summary>Tiles and copies; <c>MatMulTiles{512,256,128}.cs</c> hold the generated bodies.</summary>
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
    public static int Lanes => Vector512.IsHardwareAccelerated ? MatMulTiles512.Lanes
        : Vector256.IsHardwareAccelerated ? MatMulTiles256.Lanes : MatMulTiles128.Lanes;

    /// <summary>Height of the highest Outer tile.</summary>
    public static int Rows => Vector512.IsHardwareAccelerated ? MatMulTiles512.Rows
        : Vector256.IsHardwareAccelerated ? MatMulTiles256.Rows : MatMulTiles128.Rows;

    /// <summary>Height of a Dot tile.</summary>
    public static int DotRows => Vector512.IsHardwareAccelerated ? MatMulTiles512.DotRows
        : Vector256.IsHardwareAccelerated ? MatMulTiles256.DotRows : MatMulTiles128.DotRows;

    /// <summary>16 words of zeros, then 16 of ones: the program's own data, so the address holds.</summary>
    internal static uint* TailMask => (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(TailMaskWords));

    /// <summary>Runs an Outer tile of 1, 2, 4 or 8 rows, at most <see cref="Rows"/>, and 1 to 3 vectors.</summary>
    public static void Outer(int rows, int vectors, in MatMulTile tile)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            MatMulTiles512.Outer(rows, vectors, tile);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            MatMulTiles256.Outer(rows, vectors, tile);
        }
        else
        {
            MatMulTiles128.Outer(rows, vectors, tile);
        }
    }

    /// <summary>
    /// sums[4 * row + column] = the product of two rows of <paramref name="k"/> floats, at least <see cref="Lanes"/>.
    /// </summary>
    public static void Dot(float** a, float** b, int k, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            MatMulTiles512.Dot(a, b, k, sums);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            MatMulTiles256.Dot(a, b, k, sums);
        }
        else
        {
            MatMulTiles128.Dot(a, b, k, sums);
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

    /// <summary>Width of the next tile where <paramref name="remaining"/> vectors are left: 4 go as 2 and 2.</summary>
    public static int NextVectors(int remaining) => remaining == 4 ? 2 : Math.Min(MaxVectors, remaining);

    /// <summary>
    /// target[j, i] = source[i, j] for <paramref name="rows"/> rows of <paramref name="columns"/> floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint sourceRow, float* target, nint targetRow, int rows, int columns)
    {
        int i = 0;
        for (; i <= rows - 4; i += 4)
        {
            float* from = source + (i * sourceRow);
            float* to = target + i;
            int j = 0;
            for (; j <= columns - 4; j += 4)
            {
                (Vector128<float> ab0, Vector128<float> ab1) = Zip(
                    Vector128.Load(from + j), Vector128.Load(from + (2 * sourceRow) + j));
                (Vector128<float> cd0, Vector128<float> cd1) = Zip(
                    Vector128.Load(from + sourceRow + j), Vector128.Load(from + (3 * sourceRow) + j));
                (Vector128<float> t0, Vector128<float> t1) = Zip(ab0, cd0);
                (Vector128<float> t2, Vector128<float> t3) = Zip(ab1, cd1);
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

    /// <summary>The sums of the lanes of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> SumOfEach(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
            Vector512<float> cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
            Vector512<float> all = Avx512F.Shuffle(ab, cd, 0x44) + Avx512F.Shuffle(ab, cd, 0xEE);
            Vector256<float> half = all.GetLower() + all.GetUpper();
            return half.GetLower() + half.GetUpper();
        }

        return SumOfEach(
            a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(),
            c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
    }

    /// <inheritdoc cref="SumOfEach(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> SumOfEach(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => SumOfEach(
            a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(),
            c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <inheritdoc cref="SumOfEach(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> SumOfEach(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        (Vector128<float> ac0, Vector128<float> ac1) = Zip(a, c);
        (Vector128<float> bd0, Vector128<float> bd1) = Zip(b, d);
        (Vector128<float> s0, Vector128<float> s1) = Zip(ac0 + ac1, bd0 + bd1);
        return s0 + s1;
    }

    /// <summary>The lanes of two vectors in turn: (a0, b0, a1, b1), (a2, b2, a3, b3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Zip(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
        }

        return (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }
}
