using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Draws masks on the host: Philox with the counter of a block in every 64-bit lane of a vector, eight blocks at a
/// time. Only the lower half of a lane counts; the upper may hold anything, since the widening product reads the lower
/// halves alone.
/// </summary>
/// <param name="masks">The generator.</param>
/// <param name="step">The step.</param>
internal readonly unsafe struct DropoutDraw(MaskGenerator masks, int step)
{
    private const int ElementsAtOnce = 32;

    /// <summary>y = x mask for elements from <paramref name="start"/> on, a multiple of 4; the mask is kept.</summary>
    public void Forward(float* x, float* y, float* mask, int start, int count)
    {
        int i = start;
        int end = start + count;
        for (; Avx2.IsSupported && i <= end - ElementsAtOnce; i += ElementsAtOnce)
        {
            Eight(x + i, y + i, mask + i, (uint)i / 4);
        }

        for (; i < end; i += 4)
        {
            PhiloxBlock words = masks.Words(step, i / 4);
            Vector128<uint> word = Vector128.Create(words.X, words.Y, words.Z, words.W);
            for (int lane = 0; lane < Math.Min(4, end - i); lane++)
            {
                mask[i + lane] = masks.Mask(word[lane]);
                y[i + lane] = x[i + lane] * mask[i + lane];
            }
        }
    }

    /// <summary>Eight blocks, from <paramref name="block"/> on.</summary>
    private void Eight(float* x, float* y, float* mask, ulong block)
    {
        Vector512<ulong> multiplier0 = Vector512.Create((ulong)Philox.Multiplier0);
        Vector512<ulong> multiplier1 = Vector512.Create((ulong)Philox.Multiplier1);
        // In this order the interleaving below leaves blocks 0-3 and 4-7.
        Vector512<ulong> c0 = Vector512.Create(block) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        Vector512<ulong> c1 = Vector512.Create((ulong)(uint)step);
        Vector512<ulong> c2 = Vector512.Create((ulong)masks.Layer);
        Vector512<ulong> c3 = Vector512<ulong>.Zero;
        uint k0 = (uint)masks.Seed;
        uint k1 = (uint)(masks.Seed >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            Vector512<ulong> product0 = Product(c0, multiplier0);
            Vector512<ulong> product1 = Product(c2, multiplier1);
            c0 = (product1 >> 32) ^ c1 ^ Vector512.Create((ulong)k0);
            c1 = product1;
            c2 = (product0 >> 32) ^ c3 ^ Vector512.Create((ulong)k1);
            c3 = product0;
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        Vector512<ulong> lower = Vector512.Create(0xFFFF_FFFFUL);
        Vector512<ulong> words01 = (c0 & lower) | (c1 << 32);
        Vector512<ulong> words23 = (c2 & lower) | (c3 << 32);
        Keep(Interleaved(words01, words23, upper: false).AsUInt32(), x, y, mask);
        Keep(Interleaved(words01, words23, upper: true).AsUInt32(), x + 16, y + 16, mask + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(Vector512<uint> words, float* x, float* y, float* mask)
    {
        // Both sides have 24 bits, so the signed comparison, the one that AVX2 has, is as good.
        Vector512<int> zeroed = Vector512.GreaterThan(
            Vector512.Create((int)masks.Threshold), (words >> 8).AsInt32());
        Vector512<float> factor = Vector512.AndNot(Vector512.Create(masks.Scale), zeroed.AsSingle());
        factor.Store(mask);
        (Vector512.Load(x) * factor).Store(y);
    }

    /// <summary>The products of the lower halves of the lanes, 64 bits each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.IsSupported
        ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32())
        : Vector512.Create(
            Avx2.Multiply(a.GetLower().AsUInt32(), b.GetLower().AsUInt32()),
            Avx2.Multiply(a.GetUpper().AsUInt32(), b.GetUpper().AsUInt32()));

    /// <summary>The lower or upper lanes of each 128 bits of two vectors, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Interleaved(Vector512<ulong> a, Vector512<ulong> b, bool upper) =>
        Avx512F.IsSupported
            ? upper ? Avx512F.UnpackHigh(a, b) : Avx512F.UnpackLow(a, b)
            : upper
                ? Vector512.Create(
                    Avx2.UnpackHigh(a.GetLower(), b.GetLower()), Avx2.UnpackHigh(a.GetUpper(), b.GetUpper()))
                : Vector512.Create(
                    Avx2.UnpackLow(a.GetLower(), b.GetLower()), Avx2.UnpackLow(a.GetUpper(), b.GetUpper()));
}
