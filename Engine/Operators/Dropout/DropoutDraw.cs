using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Draws masks on the host: Philox with a counter in every 64-bit lane, eight or four blocks at a time. Only the lower
/// half of a lane counts; the upper may hold anything, since the widening product reads the lower halves alone.
/// </summary>
/// <param name="seed">The key.</param>
/// <param name="step">Counter word 1.</param>
/// <param name="layer">Counter word 2.</param>
/// <param name="threshold">The upper 24 bits of a word below it mean zero.</param>
/// <param name="scale">What an element that is kept is multiplied by.</param>
internal readonly unsafe struct DropoutDraw(ulong seed, uint step, uint layer, uint threshold, float scale)
{
    /// <summary>y = x mask for elements from <paramref name="start"/> on, a multiple of 4; the mask is kept.</summary>
    public void Forward(float* x, float* y, float* mask, int start, int count)
    {
        int i = start;
        int end = start + count;
        if (Avx512F.IsSupported)
        {
            i = Forward512(x, y, mask, i, end);
        }

        if (Avx2.IsSupported)
        {
            i = Forward256(x, y, mask, i, end);
        }

        Forward128(x, y, mask, i, end);
    }

    /// <summary>As many whole sets of 32 elements as there are; returns the first element left.</summary>
    public int Forward512(float* x, float* y, float* mask, int i, int end)
    {
        Vector512<ulong> multiplier0 = Vector512.Create((ulong)Philox.Multiplier0);
        Vector512<ulong> multiplier1 = Vector512.Create((ulong)Philox.Multiplier1);
        for (; i <= end - 32; i += 32)
        {
            // In this order the interleaving below leaves blocks 0-3 and 4-7.
            Vector512<ulong> c0 = Vector512.Create((ulong)(uint)i / 4) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
            Vector512<ulong> c1 = Vector512.Create((ulong)step);
            Vector512<ulong> c2 = Vector512.Create((ulong)layer);
            Vector512<ulong> c3 = Vector512<ulong>.Zero;
            uint k0 = (uint)seed;
            uint k1 = (uint)(seed >> 32);
            for (int round = 0; round < Philox.Rounds; round++)
            {
                Vector512<ulong> product0 = Avx512F.Multiply(c0.AsUInt32(), multiplier0.AsUInt32());
                Vector512<ulong> product1 = Avx512F.Multiply(c2.AsUInt32(), multiplier1.AsUInt32());
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
            Keep(Avx512F.UnpackLow(words01, words23).AsUInt32(), x + i, y + i, mask + i);
            Keep(Avx512F.UnpackHigh(words01, words23).AsUInt32(), x + i + 16, y + i + 16, mask + i + 16);
        }

        return i;
    }

    /// <summary>As many whole sets of 16 elements as there are; returns the first element left.</summary>
    public int Forward256(float* x, float* y, float* mask, int i, int end)
    {
        Vector256<ulong> multiplier0 = Vector256.Create((ulong)Philox.Multiplier0);
        Vector256<ulong> multiplier1 = Vector256.Create((ulong)Philox.Multiplier1);
        for (; i <= end - 16; i += 16)
        {
            // In this order the interleaving below leaves blocks 0-1 and 2-3.
            Vector256<ulong> c0 = Vector256.Create((ulong)(uint)i / 4) + Vector256.Create(0UL, 2, 1, 3);
            Vector256<ulong> c1 = Vector256.Create((ulong)step);
            Vector256<ulong> c2 = Vector256.Create((ulong)layer);
            Vector256<ulong> c3 = Vector256<ulong>.Zero;
            uint k0 = (uint)seed;
            uint k1 = (uint)(seed >> 32);
            for (int round = 0; round < Philox.Rounds; round++)
            {
                Vector256<ulong> product0 = Avx2.Multiply(c0.AsUInt32(), multiplier0.AsUInt32());
                Vector256<ulong> product1 = Avx2.Multiply(c2.AsUInt32(), multiplier1.AsUInt32());
                c0 = (product1 >> 32) ^ c1 ^ Vector256.Create((ulong)k0);
                c1 = product1;
                c2 = (product0 >> 32) ^ c3 ^ Vector256.Create((ulong)k1);
                c3 = product0;
                k0 += Philox.Weyl0;
                k1 += Philox.Weyl1;
            }

            Vector256<ulong> lower = Vector256.Create(0xFFFF_FFFFUL);
            Vector256<ulong> words01 = (c0 & lower) | (c1 << 32);
            Vector256<ulong> words23 = (c2 & lower) | (c3 << 32);
            Keep(Avx2.UnpackLow(words01, words23).AsUInt32(), x + i, y + i, mask + i);
            Keep(Avx2.UnpackHigh(words01, words23).AsUInt32(), x + i + 8, y + i + 8, mask + i + 8);
        }

        return i;
    }

    /// <summary>The elements that are left, block by block.</summary>
    public void Forward128(float* x, float* y, float* mask, int i, int end)
    {
        for (; i < end; i += 4)
        {
            PhiloxBlock words = Philox.Generate(seed, step, layer, (uint)i / 4);
            Vector128<uint> word = Vector128.Create(words.X, words.Y, words.Z, words.W);
            for (int lane = 0; lane < Math.Min(4, end - i); lane++)
            {
                mask[i + lane] = word[lane] >> 8 >= threshold ? scale : 0f;
                y[i + lane] = x[i + lane] * mask[i + lane];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(Vector512<uint> words, float* x, float* y, float* mask)
    {
        Vector512<uint> kept = Vector512.GreaterThanOrEqual(words >> 8, Vector512.Create(threshold));
        Vector512<float> factor = kept.AsSingle() & Vector512.Create(scale);
        factor.Store(mask);
        (Vector512.Load(x) * factor).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(Vector256<uint> words, float* x, float* y, float* mask)
    {
        // Both sides have 24 bits, so the signed comparison, the one that AVX2 has, is as good.
        Vector256<int> zeroed = Vector256.GreaterThan(Vector256.Create((int)threshold), (words >> 8).AsInt32());
        Vector256<float> factor = Vector256.AndNot(Vector256.Create(scale), zeroed.AsSingle());
        factor.Store(mask);
        (Vector256.Load(x) * factor).Store(y);
    }
}
