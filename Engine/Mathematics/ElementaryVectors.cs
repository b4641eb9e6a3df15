// The functions of Elementary, eight at a time, for host bodies: the same operations in the same order, so that they
// give the same bits.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Mathematics;

/// <summary><see cref="Elementary"/> as vectors.</summary>
internal static class ElementaryVectors
{
    private const float InverseLn2 = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float SquareRootOfHalf = 0.707106781f;
    private const float LowestExponent = -87f;

    /// <inheritdoc cref="Elementary.Exp"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        Split(x, out Vector256<float> scale, out Vector256<float> r);
        Vector256<float> y = (MinusOne(r) + Vector256<float>.One) * scale;
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256.Create(LowestExponent)), Vector256<float>.Zero, y);
    }

    /// <inheritdoc cref="Elementary.ExpMinusOne"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpMinusOne(Vector256<float> x)
    {
        Split(x, out Vector256<float> scale, out Vector256<float> r);
        Vector256<float> y = (scale * MinusOne(r)) + (scale - Vector256<float>.One);
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256.Create(LowestExponent)), Vector256.Create(-1f), y);
    }

    /// <inheritdoc cref="Elementary.Tanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> e = ExpMinusOne(MinusTwiceSize(x));
        Vector256<float> y = e / (Vector256.Create(2f) + e);
        return Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero), y, Vector256<float>.Zero - y);
    }

    /// <inheritdoc cref="Elementary.TanhDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TanhDerivative(Vector256<float> x)
    {
        Vector256<float> e = Exp(MinusTwiceSize(x));
        Vector256<float> sum = Vector256<float>.One + e;
        return Vector256.Create(4f) * e / (sum * sum);
    }

    /// <inheritdoc cref="Elementary.Logistic"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Logistic(Vector256<float> x)
    {
        Vector256<float> below = Vector256.LessThan(x, Vector256<float>.Zero);
        Vector256<float> e = Exp(Vector256.ConditionalSelect(below, x, -x));
        return Vector256.ConditionalSelect(below, e, Vector256<float>.One) / (Vector256<float>.One + e);
    }

    /// <inheritdoc cref="Elementary.NormalDistribution"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> NormalDistribution(Vector256<float> x)
    {
        Vector256<float> below = Vector256.LessThan(x, Vector256<float>.Zero);
        Vector256<float> z = Vector256.Create(SquareRootOfHalf) * Vector256.ConditionalSelect(below, -x, x);
        Vector256<float> t = Vector256<float>.One / (Vector256<float>.One + (Vector256.Create(0.5f) * z));
        Vector256<float> p = Vector256.Create(0.17087277f);
        p = (p * t) - Vector256.Create(0.82215223f);
        p = (p * t) + Vector256.Create(1.48851587f);
        p = (p * t) - Vector256.Create(1.13520398f);
        p = (p * t) + Vector256.Create(0.27886807f);
        p = (p * t) - Vector256.Create(0.18628806f);
        p = (p * t) + Vector256.Create(0.09678418f);
        p = (p * t) + Vector256.Create(0.37409196f);
        p = (p * t) + Vector256.Create(1.00002368f);
        p = (p * t) - Vector256.Create(1.26551223f);
        Vector256<float> tail = Vector256.Create(0.5f) * t * Exp(p - (z * z));
        return Vector256.ConditionalSelect(below, tail, Vector256<float>.One - tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MinusTwiceSize(Vector256<float> x) =>
        Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(2f), Vector256.Create(-2f)) * x;

    /// <summary>x = n ln 2 + r and scale = 2^n, with |r| at most ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(Vector256<float> x, out Vector256<float> scale, out Vector256<float> r)
    {
        Vector256<float> shifted = x * Vector256.Create(InverseLn2);
        Vector256<float> half = Vector256.ConditionalSelect(
            Vector256.LessThan(shifted, Vector256<float>.Zero), Vector256.Create(-0.5f), Vector256.Create(0.5f));
        Vector256<int> n = Vector256.ConvertToInt32(shifted + half);
        Vector256<float> power = Vector256.ConvertToSingle(n);
        scale = Vector256.ShiftLeft(n + Vector256.Create(127), 23).AsSingle();
        r = x - (power * Vector256.Create(Ln2High)) - (power * Vector256.Create(Ln2Low));
    }

    /// <summary>e^r - 1 for |r| at most ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MinusOne(Vector256<float> r)
    {
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = (p * r) + Vector256.Create(1.3981999507e-3f);
        p = (p * r) + Vector256.Create(8.3334519073e-3f);
        p = (p * r) + Vector256.Create(4.1665795894e-2f);
        p = (p * r) + Vector256.Create(1.6666665459e-1f);
        p = (p * r) + Vector256.Create(5.0000001201e-1f);
        return (p * r * r) + r;
    }
}
