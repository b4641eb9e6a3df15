// exp and log for portable kernels, in plain float32 arithmetic: the same few operations on every device. ILGPU's own
// are hardware approximations on CUDA (2^-22), whose error a logarithm near 1 would show in full.
//   exp(x)     = 2^n exp(r),  n = round(x / ln 2), r = x - n ln 2 in two parts; exp(r) by Cephes' polynomial (expf.c)
//   log(1 + e) = 2 atanh(e / (2 + e)),  atanh(s) = s + s^3/3 + s^5/5 + ...: nothing cancels, tiny e keep all digits
//   log(x)     = n ln 2 + log(m),  x = 2^n m, m in [sqrt(1/2), sqrt(2))
using System.Runtime.Intrinsics;
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>Exponential and logarithms as losses need them, to 2 units in the last place on every device.</summary>
internal static class Elementary
{
    private const float InverseLn2 = 1.44269504f;
    private const float Ln2 = 0.693147181f;
    private const float Ln2High = 0.693359375f; // 9 bits: its product with any exponent is exact.
    private const float Ln2Low = -2.12194440e-4f;
    private const float SquareRootOf2 = 1.41421356f;

    /// <summary>Below this e^x is less than the smallest normal float32 and taken as 0.</summary>
    private const float LowestExponent = -87f;

    /// <summary>e^x for x up to 88; 0 below -87. NaN stays NaN.</summary>
    public static float Exp(float x)
    {
        float shifted = x * InverseLn2;
        int n = (int)(shifted + (shifted < 0f ? -0.5f : 0.5f));
        float r = x - (n * Ln2High) - (n * Ln2Low);
        float p = 1.9875691500e-4f;
        p = (p * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;
        p = (p * r * r) + r + 1f;
        return x < LowestExponent ? 0f : p * Interop.IntAsFloat((uint)(n + 127) << 23);
    }

    /// <summary>The natural logarithm of a positive normal x. Infinity and NaN stay what they are.</summary>
    public static float Log(float x)
    {
        uint bits = Interop.FloatAsInt(x);
        int n = (int)(bits >> 23) - 127;
        float m = Interop.IntAsFloat((bits & 0x007F_FFFFu) | 0x3F80_0000u);
        if (m > SquareRootOf2)
        {
            m *= 0.5f;
            n++;
        }

        return x < float.PositiveInfinity ? (n * Ln2) + TwiceArtanh((m - 1f) / (m + 1f)) : x;
    }

    /// <summary>log(1 + e) for e in [0, 1].</summary>
    public static float LogOnePlus(float e) => TwiceArtanh(e / (2f + e));

    /// <summary>log(1 + e) for e in [0, 1], eight at a time.</summary>
    public static Vector256<float> LogOnePlus(Vector256<float> e)
    {
        Vector256<float> s = e / (Vector256.Create(2f) + e);
        Vector256<float> z = s * s;
        Vector256<float> p = Vector256.Create(1f / 15f);
        p = (p * z) + Vector256.Create(1f / 13f);
        p = (p * z) + Vector256.Create(1f / 11f);
        p = (p * z) + Vector256.Create(1f / 9f);
        p = (p * z) + Vector256.Create(1f / 7f);
        p = (p * z) + Vector256.Create(1f / 5f);
        p = (p * z) + Vector256.Create(1f / 3f);
        return (s + s) + ((s + s) * z * p);
    }

    // |s| is at most 1/3, so the first term left out is below 2^-29 of the sum.
    private static float TwiceArtanh(float s)
    {
        float z = s * s;
        float p = 1f / 15f;
        p = (p * z) + (1f / 13f);
        p = (p * z) + (1f / 11f);
        p = (p * z) + (1f / 9f);
        p = (p * z) + (1f / 7f);
        p = (p * z) + (1f / 5f);
        p = (p * z) + (1f / 3f);
        return (s + s) + ((s + s) * z * p);
    }
}
