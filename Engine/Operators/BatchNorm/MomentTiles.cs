using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The loops of <see cref="HostMoments"/> with vectors of one width, over runs of at least one. What is left behind the
/// last whole vector is the end of one that overlaps it, with 0 for what was counted before.
/// </summary>
internal static unsafe class MomentTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    /// <summary>The sum of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* x, int length)
    {
        TVector even = TVector.Zero;
        TVector odd = TVector.Zero;
        int i = 0;
        for (; i <= length - (2 * TVector.Count); i += 2 * TVector.Count)
        {
            even += TVector.Load(x + i);
            odd += TVector.Load(x + i + TVector.Count);
        }

        if (i <= length - TVector.Count)
        {
            even += TVector.Load(x + i);
            i += TVector.Count;
        }

        if (i < length)
        {
            odd += TVector.Load(x + length - TVector.Count) & VectorTail.Of<TVector>(length - i);
        }

        Vector128<float> sums = TVector.SumOfEach(even, odd, TVector.Zero, TVector.Zero);
        return sums[0] + sums[1];
    }

    /// <summary>The sum of a run's distances from a mean, and of their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Sum, float Squares) Distances(float* x, int length, float mean)
    {
        TVector centre = TVector.Create(mean);
        TVector sums = TVector.Zero;
        TVector even = TVector.Zero;
        TVector odd = TVector.Zero;
        int i = 0;
        for (; i <= length - (2 * TVector.Count); i += 2 * TVector.Count)
        {
            TVector a = TVector.Load(x + i) - centre;
            TVector b = TVector.Load(x + i + TVector.Count) - centre;
            sums += a + b;
            TVector.AddProduct(ref even, a, a);
            TVector.AddProduct(ref odd, b, b);
        }

        if (i <= length - TVector.Count)
        {
            TVector a = TVector.Load(x + i) - centre;
            sums += a;
            TVector.AddProduct(ref even, a, a);
            i += TVector.Count;
        }

        if (i < length)
        {
            TVector a = (TVector.Load(x + length - TVector.Count) - centre) & VectorTail.Of<TVector>(length - i);
            sums += a;
            TVector.AddProduct(ref odd, a, a);
        }

        Vector128<float> all = TVector.SumOfEach(sums, even, odd, TVector.Zero);
        return (all[0], all[1] + all[2]);
    }

    /// <summary>The sums of four runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<float> SumsOfFour(in FourRows rows, int length)
    {
        TVector a = TVector.Zero;
        TVector b = TVector.Zero;
        TVector c = TVector.Zero;
        TVector d = TVector.Zero;
        int i = 0;
        for (; i <= length - TVector.Count; i += TVector.Count)
        {
            a += TVector.Load(rows.A + i);
            b += TVector.Load(rows.B + i);
            c += TVector.Load(rows.C + i);
            d += TVector.Load(rows.D + i);
        }

        if (i < length)
        {
            TVector mask = VectorTail.Of<TVector>(length - i);
            int last = length - TVector.Count;
            a += TVector.Load(rows.A + last) & mask;
            b += TVector.Load(rows.B + last) & mask;
            c += TVector.Load(rows.C + last) & mask;
            d += TVector.Load(rows.D + last) & mask;
        }

        return TVector.SumOfEach(a, b, c, d);
    }

    /// <summary>The sums of the distances of four runs from a mean each, and of their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DistancesOfFour(
        in FourRows rows, int length, Vector128<float> mean, out Vector128<float> sums, out Vector128<float> squares)
    {
        TVector meanA = TVector.Create(mean[0]);
        TVector meanB = TVector.Create(mean[1]);
        TVector meanC = TVector.Create(mean[2]);
        TVector meanD = TVector.Create(mean[3]);
        TVector a = TVector.Zero;
        TVector b = TVector.Zero;
        TVector c = TVector.Zero;
        TVector d = TVector.Zero;
        TVector squaresA = TVector.Zero;
        TVector squaresB = TVector.Zero;
        TVector squaresC = TVector.Zero;
        TVector squaresD = TVector.Zero;
        TVector mask = VectorTail.Of<TVector>(TVector.Count);
        for (int i = 0; i < length; i += TVector.Count)
        {
            int at = i;
            if (i > length - TVector.Count)
            {
                mask = VectorTail.Of<TVector>(length - i);
                at = length - TVector.Count;
            }

            TVector distance = (TVector.Load(rows.A + at) - meanA) & mask;
            a += distance;
            TVector.AddProduct(ref squaresA, distance, distance);
            distance = (TVector.Load(rows.B + at) - meanB) & mask;
            b += distance;
            TVector.AddProduct(ref squaresB, distance, distance);
            distance = (TVector.Load(rows.C + at) - meanC) & mask;
            c += distance;
            TVector.AddProduct(ref squaresC, distance, distance);
            distance = (TVector.Load(rows.D + at) - meanD) & mask;
            d += distance;
            TVector.AddProduct(ref squaresD, distance, distance);
        }

        sums = TVector.SumOfEach(a, b, c, d);
        squares = TVector.SumOfEach(squaresA, squaresB, squaresC, squaresD);
    }
}
