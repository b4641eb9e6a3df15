using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Moves short pieces of rows while they are packed. A row of a short clip is a few vectors, for which the general
/// routines take longer to begin than to do it. The last vector of each piece overlaps the one before.
/// </summary>
internal static unsafe class HostRows
{
    // From here on the general routine is as fast.
    private const int LongPiece = 256;

    /// <summary>to[i] = from[i].</summary>
    public static void Copy(float* from, int count, float* to)
    {
        if (count >= LongPiece)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
            return;
        }

        int lanes = Vector<float>.Count;
        int i = 0;
        for (; i + lanes <= count; i += lanes)
        {
            Vector.Load(from + i).Store(to + i);
        }

        if (i < count && count >= lanes)
        {
            Vector.Load(from + count - lanes).Store(to + count - lanes);
            return;
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }

    /// <summary>to[i] = from[2 i]; nothing is read from <paramref name="end"/> on.</summary>
    public static void CopyEverySecond(float* from, int count, float* to, float* end)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> evens = Vector512<int>.Indices * 2;
            for (; i + 16 <= count && from + (2 * i) + 32 <= end; i += 16)
            {
                Avx512F.PermuteVar16x32x2(
                    Vector512.Load(from + (2 * i)), evens, Vector512.Load(from + (2 * i) + 16)).Store(to + i);
            }
        }

        if (Avx2.IsSupported)
        {
            for (; i + 8 <= count && from + (2 * i) + 16 <= end; i += 8)
            {
                // The shuffle works within 128-bit lanes; swapping the middle quarters puts its pairs in order.
                Vector256<float> pairs = Avx.Shuffle(
                    Vector256.Load(from + (2 * i)), Vector256.Load(from + (2 * i) + 8), 0b10_00_10_00);
                Avx2.Permute4x64(pairs.AsDouble(), 0b11_01_10_00).AsSingle().Store(to + i);
            }
        }

        for (; i < count; i++)
        {
            to[i] = from[2 * i];
        }
    }

    /// <summary>to[2 i] = even[i], to[2 i + 1] = odd[i].</summary>
    public static void Interleave(float* even, float* odd, int count, float* to)
    {
        int i = 0;
        if (Avx2.IsSupported)
        {
            for (; i + 8 <= count; i += 8)
            {
                Vector256<float> a = Vector256.Load(even + i);
                Vector256<float> b = Vector256.Load(odd + i);
                Vector256<float> low = Avx.UnpackLow(a, b);
                Vector256<float> high = Avx.UnpackHigh(a, b);
                Avx.Permute2x128(low, high, 0x20).Store(to + (2 * i));
                Avx.Permute2x128(low, high, 0x31).Store(to + (2 * i) + 8);
            }
        }

        for (; i < count; i++)
        {
            to[2 * i] = even[i];
            to[(2 * i) + 1] = odd[i];
        }
    }

    /// <summary>to[i] = 0.</summary>
    public static void Clear(float* to, int count)
    {
        if (count >= LongPiece)
        {
            new Span<float>(to, count).Clear();
            return;
        }

        int lanes = Vector<float>.Count;
        int i = 0;
        for (; i + lanes <= count; i += lanes)
        {
            Vector<float>.Zero.Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = 0f;
        }
    }
}
