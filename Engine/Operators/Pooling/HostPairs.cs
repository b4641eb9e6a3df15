using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Windows of two with stride two as vectors: even and odd steps are separated on the way in and put together again on
/// the way out. Each method says how many windows it did: all, where there are as many as lanes (the last vector then
/// overlaps the one before and writes the same numbers again), or none.
/// </summary>
internal static unsafe class HostPairs
{
    private static Vector512<int> Evens => Vector512<int>.Indices * 2;

    private static Vector512<int> Odds => Evens + Vector512<int>.One;

    // Zips the lower halves of two vectors: 0, 16, 1, 17, ...
    private static Vector512<int> ZipLower =>
        (Vector512<int>.Indices >> 1) + ((Vector512<int>.Indices & Vector512<int>.One) * 16);

    /// <summary>
    /// y[j] = max(row[2j], row[2j + 1]) alone, the same bits as with their places: the even one of equals, a NaN before
    /// all. The processor's maximum gives its second operand unless the first is above it, so only a NaN of the first
    /// is left to put in.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Max(float* row, int count, float* y)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            Vector512<int> evens = Evens;
            Vector512<int> odds = Odds;
            for (int i = 0; i < count; i += 16)
            {
                int j = Math.Min(i, count - 16);
                Vector512<float> a = Vector512.Load(row + (2 * j));
                Vector512<float> b = Vector512.Load(row + (2 * j) + 16);
                Vector512<float> odd = Avx512F.PermuteVar16x32x2(a, odds, b);
                Vector512<float> larger = Avx512F.Max(odd, Avx512F.PermuteVar16x32x2(a, evens, b));
                Vector512.ConditionalSelect(Vector512.IsNaN(odd), odd, larger).Store(y + j);
            }

            return count;
        }

        if (Avx2.IsSupported && count >= 8)
        {
            for (int i = 0; i < count; i += 8)
            {
                int j = Math.Min(i, count - 8);
                Vector256<float> a = Vector256.Load(row + (2 * j));
                Vector256<float> b = Vector256.Load(row + (2 * j) + 8);
                Vector256<float> odd = Avx.Shuffle(a, b, 0b11_01_11_01);
                Vector256<float> larger = Avx.Max(odd, Avx.Shuffle(a, b, 0b10_00_10_00));
                larger = Vector256.ConditionalSelect(Vector256.IsNaN(odd), odd, larger);
                // The shuffle works within 128-bit lanes; swapping the middle quarters puts its pairs in order.
                Avx2.Permute4x64(larger.AsDouble(), 0b11_01_10_00).AsSingle().Store(y + j);
            }

            return count;
        }

        return 0;
    }

    /// <summary>
    /// y[j] = max(row[2j] + add, row[2j + 1] + add, 0), the same bits as adding and rectifying first: both keep the order
    /// of values.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int MaxRectified(float* row, float add, int count, float* y)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            Vector512<int> evens = Evens;
            Vector512<int> odds = Odds;
            Vector512<float> bias = Vector512.Create(add);
            for (int i = 0; i < count; i += 16)
            {
                int j = Math.Min(i, count - 16);
                Vector512<float> a = Vector512.Load(row + (2 * j));
                Vector512<float> b = Vector512.Load(row + (2 * j) + 16);
                Vector512<float> larger = Vector512.Max(
                    Avx512F.PermuteVar16x32x2(a, evens, b), Avx512F.PermuteVar16x32x2(a, odds, b));
                Vector512.Max(larger + bias, Vector512<float>.Zero).Store(y + j);
            }

            return count;
        }

        if (Avx2.IsSupported && count >= 8)
        {
            Vector256<float> bias = Vector256.Create(add);
            for (int i = 0; i < count; i += 8)
            {
                int j = Math.Min(i, count - 8);
                Vector256<float> a = Vector256.Load(row + (2 * j));
                Vector256<float> b = Vector256.Load(row + (2 * j) + 8);
                Vector256<float> larger = Vector256.Max(
                    Avx.Shuffle(a, b, 0b10_00_10_00), Avx.Shuffle(a, b, 0b11_01_11_01));
                larger = Vector256.Max(larger + bias, Vector256<float>.Zero);
                // The shuffle works within 128-bit lanes; swapping the middle quarters puts its pairs in order.
                Avx2.Permute4x64(larger.AsDouble(), 0b11_01_10_00).AsSingle().Store(y + j);
            }

            return count;
        }

        return 0;
    }

    /// <summary>
    /// y[j] = max(row[2j], row[2j + 1]) and argMax[j] = <paramref name="step"/> + 2j or + 2j + 1; the first of equals,
    /// a NaN before all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Max(float* row, int step, int count, float* y, int* argMax)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            Vector512<int> evens = Evens;
            Vector512<int> odds = Odds;
            for (int i = 0; i < count; i += 16)
            {
                int j = Math.Min(i, count - 16);
                Vector512<float> a = Vector512.Load(row + (2 * j));
                Vector512<float> b = Vector512.Load(row + (2 * j) + 16);
                Vector512<float> even = Avx512F.PermuteVar16x32x2(a, evens, b);
                Vector512<float> odd = Avx512F.PermuteVar16x32x2(a, odds, b);
                Vector512<float> later = Vector512.GreaterThan(odd, even) | Vector512.IsNaN(odd);
                Vector512.ConditionalSelect(later, odd, even).Store(y + j);
                // A mask is -1 where it is set.
                (evens + Vector512.Create(step + (2 * j)) - later.AsInt32()).Store(argMax + j);
            }

            return count;
        }

        if (Avx2.IsSupported && count >= 8)
        {
            Vector256<int> evens = Vector256<int>.Indices * 2;
            for (int i = 0; i < count; i += 8)
            {
                int j = Math.Min(i, count - 8);
                Vector256<float> a = Vector256.Load(row + (2 * j));
                Vector256<float> b = Vector256.Load(row + (2 * j) + 8);
                // The shuffle works within 128-bit lanes; swapping the middle quarters puts its pairs in order.
                Vector256<double> ofEven = Avx.Shuffle(a, b, 0b10_00_10_00).AsDouble();
                Vector256<double> ofOdd = Avx.Shuffle(a, b, 0b11_01_11_01).AsDouble();
                Vector256<float> even = Avx2.Permute4x64(ofEven, 0b11_01_10_00).AsSingle();
                Vector256<float> odd = Avx2.Permute4x64(ofOdd, 0b11_01_10_00).AsSingle();
                Vector256<float> later = Vector256.GreaterThan(odd, even) | Vector256.IsNaN(odd);
                Vector256.ConditionalSelect(later, odd, even).Store(y + j);
                (evens + Vector256.Create(step + (2 * j)) - later.AsInt32()).Store(argMax + j);
            }

            return count;
        }

        return 0;
    }

    /// <summary>
    /// dX[argMax[j]] = dY[j] and 0 at the other step of each window, of which argMax says whether it is the even or the
    /// odd one; 0 at both where y[j] is at most 0, if there is a y.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Spread(float* dY, int* argMax, float* y, int count, float* dX)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            Vector512<int> lower = ZipLower;
            Vector512<int> upper = lower + Vector512.Create(8);
            for (int i = 0; i < count; i += 16)
            {
                int j = Math.Min(i, count - 16);
                Vector512<float> gradient = Vector512.Load(dY + j);
                if (y != null)
                {
                    gradient = Vector512.AndNot(
                        gradient, Vector512.LessThanOrEqual(Vector512.Load(y + j), Vector512<float>.Zero));
                }

                Vector512<int> odd = Vector512.Load(argMax + j) & Vector512<int>.One;
                Vector512<float> isEven = Vector512.Equals(odd, Vector512<int>.Zero).AsSingle();
                Vector512<float> first = gradient & isEven;
                Vector512<float> second = Vector512.AndNot(gradient, isEven);
                Avx512F.PermuteVar16x32x2(first, lower, second).Store(dX + (2 * j));
                Avx512F.PermuteVar16x32x2(first, upper, second).Store(dX + (2 * j) + 16);
            }

            return count;
        }

        if (Avx2.IsSupported && count >= 8)
        {
            for (int i = 0; i < count; i += 8)
            {
                int j = Math.Min(i, count - 8);
                Vector256<float> gradient = Vector256.Load(dY + j);
                if (y != null)
                {
                    gradient = Vector256.AndNot(
                        gradient, Vector256.LessThanOrEqual(Vector256.Load(y + j), Vector256<float>.Zero));
                }

                Vector256<int> odd = Vector256.Load(argMax + j) & Vector256<int>.One;
                Vector256<float> isEven = Vector256.Equals(odd, Vector256<int>.Zero).AsSingle();
                Vector256<float> first = gradient & isEven;
                Vector256<float> second = Vector256.AndNot(gradient, isEven);
                Vector256<float> low = Avx.UnpackLow(first, second);
                Vector256<float> high = Avx.UnpackHigh(first, second);
                Avx.Permute2x128(low, high, 0x20).Store(dX + (2 * j));
                Avx.Permute2x128(low, high, 0x31).Store(dX + (2 * j) + 8);
            }

            return count;
        }

        return 0;
    }
}
