using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Windows of two with stride two as vectors: even and odd steps are separated on the way in and put together again on
/// the way out. Each method does whole vectors and says how many windows that was; none without AVX-512.
/// </summary>
internal static unsafe class HostPairs
{
    private static Vector512<int> Evens => Vector512<int>.Indices * 2;

    private static Vector512<int> Odds => (Vector512<int>.Indices * 2) + Vector512<int>.One;

    // Zips the lower or upper halves of two vectors: 0, 16, 1, 17, ...
    private static Vector512<int> ZipLower => (Vector512<int>.Indices >> 1) + ((Vector512<int>.Indices & Vector512<int>.One) * 16);

    /// <summary>
    /// y[j] = max(row[2j], row[2j + 1]) and argMax[j] = <paramref name="step"/> + 2j or + 2j + 1; the first of equals,
    /// a NaN before all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Max(float* row, int step, int count, float* y, int* argMax)
    {
        int j = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> evens = Evens;
            Vector512<int> odds = Odds;
            for (; j + 16 <= count; j += 16)
            {
                Vector512<float> a = Vector512.Load(row + (2 * j));
                Vector512<float> b = Vector512.Load(row + (2 * j) + 16);
                Vector512<float> even = Avx512F.PermuteVar16x32x2(a, evens, b);
                Vector512<float> odd = Avx512F.PermuteVar16x32x2(a, odds, b);
                Vector512<float> later = Vector512.GreaterThan(odd, even) | Vector512.IsNaN(odd);
                Vector512.ConditionalSelect(later, odd, even).Store(y + j);
                if (argMax != null)
                {
                    // A mask is -1 where it is set.
                    (evens + Vector512.Create(step + (2 * j)) - later.AsInt32()).Store(argMax + j);
                }
            }
        }

        return j;
    }

    /// <summary>dX[argMax[j]] = dY[j] and 0 at the other step of each window; argMax counts from the row's beginning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Spread(float* dY, int* argMax, int count, float* dX)
    {
        int j = 0;
        if (Avx512F.IsSupported)
        {
            Vector512<int> lower = ZipLower;
            Vector512<int> upper = lower + Vector512.Create(8);
            for (; j + 16 <= count; j += 16)
            {
                Vector512<float> gradient = Vector512.Load(dY + j);
                Vector512<int> odd = Vector512.Load(argMax + j) & Vector512<int>.One;
                Vector512<float> isEven = Vector512.Equals(odd, Vector512<int>.Zero).AsSingle();
                Vector512<float> first = gradient & isEven;
                Vector512<float> second = Vector512.AndNot(gradient, isEven);
                Avx512F.PermuteVar16x32x2(first, lower, second).Store(dX + (2 * j));
                Avx512F.PermuteVar16x32x2(first, upper, second).Store(dX + (2 * j) + 16);
            }
        }

        return j;
    }
}
