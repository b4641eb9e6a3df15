// The natural logarithm by a polynomial, for portable kernels and vectors alike: the same steps, so the same numbers on
// every device, where the hardware's approximations differ. Relative error about 1e-7.
//   x = 2^e m, sqrt(1/2) <= m < sqrt(2), f = m - 1:   ln x = e ln 2 + f - f^2/2 + f^3 P(f)
// Source of P: S. Moshier, Cephes library, logf.
using System.Runtime.CompilerServices;
using ILGPU;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Features.Chains;

/// <summary>ln x for normal x above 0, +infinity and NaN.</summary>
internal static class Logarithm
{
    private const int SqrtHalfBits = 0x3F3504F3;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float P0 = 7.0376836292e-2f;
    private const float P1 = -1.1514610310e-1f;
    private const float P2 = 1.1676998740e-1f;
    private const float P3 = -1.2420140846e-1f;
    private const float P4 = 1.4249322787e-1f;
    private const float P5 = -1.6668057665e-1f;
    private const float P6 = 2.0000714765e-1f;
    private const float P7 = -2.4999993993e-1f;
    private const float P8 = 3.3333331174e-1f;

    /// <summary>For portable kernels.</summary>
    public static float Ln(float x)
    {
        int bits = (int)Interop.FloatAsInt(x);
        int exponent = (bits - SqrtHalfBits) >> 23;
        float f = Interop.IntAsFloat((uint)(bits - (exponent << 23))) - 1f;
        float p = (P0 * f) + P1;
        p = (p * f) + P2;
        p = (p * f) + P3;
        p = (p * f) + P4;
        p = (p * f) + P5;
        p = (p * f) + P6;
        p = (p * f) + P7;
        p = (p * f) + P8;
        float square = f * f;
        float y = (p * f * square) + (exponent * Ln2Low);
        y -= 0.5f * square;
        float ln = f + y + (exponent * Ln2High);
        return x < float.PositiveInfinity ? ln : x;
    }

    /// <summary>For host bodies.</summary>
    /// <typeparam name="TVector">The vector.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Ln<TVector>(TVector x) where TVector : unmanaged, IFloatVector<TVector>
    {
        TVector.SplitExponent(x, out TVector e, out TVector mantissa);
        TVector f = mantissa - TVector.Create(1f);
        TVector p = TVector.FusedMultiplyAdd(TVector.Create(P0), f, TVector.Create(P1));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P2));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P3));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P4));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P5));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P6));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P7));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Create(P8));
        TVector square = f * f;
        TVector y = TVector.FusedMultiplyAdd(p * f, square, e * TVector.Create(Ln2Low));
        y = TVector.FusedMultiplyAdd(square, TVector.Create(-0.5f), y);
        TVector ln = TVector.FusedMultiplyAdd(e, TVector.Create(Ln2High), f + y);
        return TVector.WhereBelow(x, TVector.Create(float.PositiveInfinity), ln, x);
    }
}
