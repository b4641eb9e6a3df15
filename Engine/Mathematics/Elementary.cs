// Elementary functions for portable kernels, in plain float32 arithmetic: the same few operations on every device.
// ILGPU's own are hardware approximations on CUDA (2^-22), whose error a logarithm near 1 would show in full.
//   exp(x)     = 2^n exp(r),  n = round(x / ln 2), r = x - n ln 2 in two parts; exp(r) by Cephes' polynomial (expf.c)
//   exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1),  exp(r) - 1 by the same polynomial without its 1: tiny x keep all digits
//   tanh(x)    = sign(x) -e / (2 + e),  e = exp(-2 |x|) - 1
//   logistic   = 1 / (1 + exp(-x)) = exp(x) / (1 + exp(x)),  whichever has an exponent of at most 0
//   Phi(x)     = erfc(-x / sqrt 2) / 2,  the normal distribution; erfc(z) = t exp(-z^2 + p(t)), t = 1 / (1 + z / 2)
//   log(1 + e) = 2 atanh(e / (2 + e)),  atanh(s) = s + s^3/3 + s^5/5 + ...: nothing cancels, tiny e keep all digits
//   log(x)     = n ln 2 + log(m),  x = 2^n m, m in [sqrt(1/2), sqrt(2))
using System.Runtime.Intrinsics;
using ILGPU;

namespace NativeCnn.Engine.Mathematics;

/// <summary>
/// Exponential, logarithms and what is made of them, to a few units in the last place on every device. NaN stays NaN.
/// </summary>
internal static class Elementary
{
    private const float InverseLn2 = 1.44269504f;
    private const float Ln2 = 0.693147181f;
    private const float Ln2High = 0.693359375f; // 9 bits: its product with any exponent is exact.
    private const float Ln2Low = -2.12194440e-4f;
    private const float SquareRootOf2 = 1.41421356f;
    private const float SquareRootOfHalf = 0.707106781f;

    /// <summary>Below this e^x is less than the smallest normal float32 and taken as 0.</summary>
    private const float LowestExponent = -87f;

    /// <summary>e^x for x up to 88; 0 below -87. NaN stays NaN.</summary>
    public static float Exp(float x)
    {
        int n = PowerOf2(x);
        float p = MinusOne(x - (n * Ln2High) - (n * Ln2Low)) + 1f;
        return x < LowestExponent ? 0f : p * Interop.IntAsFloat((uint)(n + 127) << 23);
    }

    /// <summary>e^x - 1 for x up to 88, with all digits near 0; -1 below -87. NaN stays NaN.</summary>
    public static float ExpMinusOne(float x)
    {
        int n = PowerOf2(x);
        float scale = Interop.IntAsFloat((uint)(n + 127) << 23);
        float r = MinusOne(x - (n * Ln2High) - (n * Ln2Low));
        return x < LowestExponent ? -1f : (scale * r) + (scale - 1f);
    }

    /// <summary>The hyperbolic tangent of any x.</summary>
    public static float Tanh(float x)
    {
        float e = ExpMinusOne(x < 0f ? 2f * x : -2f * x);
        float y = e / (2f + e);
        return x < 0f ? y : 0f - y; // Of 0 it is 0, not -0.
    }

    /// <summary>The derivative of the hyperbolic tangent, 4 e / (1 + e)^2 with e = exp(-2 |x|).</summary>
    public static float TanhDerivative(float x)
    {
        float e = Exp(x < 0f ? 2f * x : -2f * x);
        return 4f * e / ((1f + e) * (1f + e));
    }

    /// <summary>1 / (1 + e^-x). The exponent is never above 0, so nothing overflows.</summary>
    public static float Logistic(float x)
    {
        float e = Exp(x < 0f ? x : -x);
        return (x < 0f ? e : 1f) / (1f + e);
    }

    /// <summary>
    /// The normal distribution at x: the share of standard normal values below it. Within 2e-7 of itself for |x| up to
    /// 2, and 5e-6 at -13, for rounding an exponent costs as many units as it is large.
    /// Source: Press et al., Numerical Recipes (2nd ed., 1992), section 6.2, erfcc.
    /// </summary>
    public static float NormalDistribution(float x)
    {
        float z = SquareRootOfHalf * (x < 0f ? -x : x);
        float t = 1f / (1f + (0.5f * z));
        float p = 0.17087277f;
        p = (p * t) - 0.82215223f;
        p = (p * t) + 1.48851587f;
        p = (p * t) - 1.13520398f;
        p = (p * t) + 0.27886807f;
        p = (p * t) - 0.18628806f;
        p = (p * t) + 0.09678418f;
        p = (p * t) + 0.37409196f;
        p = (p * t) + 1.00002368f;
        p = (p * t) - 1.26551223f;
        float tail = 0.5f * t * Exp(p - (z * z));
        return x < 0f ? tail : 1f - tail;
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

    /// <summary>n of e^x = 2^n e^r, with |r| at most ln 2 / 2.</summary>
    private static int PowerOf2(float x)
    {
        float shifted = x * InverseLn2;
        return (int)(shifted + (shifted < 0f ? -0.5f : 0.5f));
    }

    /// <summary>e^r - 1 for |r| at most ln 2 / 2.</summary>
    private static float MinusOne(float r)
    {
        float p = 1.9875691500e-4f;
        p = (p * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;
        return (p * r * r) + r;
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
