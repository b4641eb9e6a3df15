using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The transforms of <see cref="Winograd"/>'s F(4, 4) with vectors of one width.</summary>
internal static unsafe class WinogradTilesOfFourTaps<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Data(float* row, int tiles, float* inside, float* to, long plane)
    {
        TVector half = TVector.Create(0.5f);
        TVector minusHalf = TVector.Create(-0.5f);
        TVector two = TVector.Create(2f);
        TVector minus2 = TVector.Create(-2f);
        TVector four = TVector.Create(4f);
        TVector minus4 = TVector.Create(-4f);
        TVector minus5 = TVector.Create(-5f);
        for (int tile = 0; tile < tiles; tile += TVector.Count, row += 4 * TVector.Count, to += TVector.Count)
        {
            TVector mask = TVector.Load(inside + tile);
            TVector.LoadFourths(row, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            TVector.LoadFourths(row + 4, out TVector d4, out TVector d5, out TVector d6, out _);
            d4 &= mask;
            d5 &= mask;
            d6 &= mask;

            TVector odd = d5;
            TVector.AddProduct(ref odd, minus5, d3);
            TVector.AddProduct(ref odd, four, d1);
            odd.Store(to + (5 * plane));

            TVector v = d6;
            TVector.AddProduct(ref v, minus5, d4);
            TVector.AddProduct(ref v, four, d2);
            TVector.AddProduct(ref v, minusHalf, odd);
            v.Store(to + (6 * plane));

            v = d4;
            TVector.AddProduct(ref v, minus5, d2);
            TVector.AddProduct(ref v, four, d0);
            TVector.AddProduct(ref odd, minusHalf, v);
            odd.Store(to);

            TVector p = d4;
            TVector.AddProduct(ref p, minusHalf, d3);
            TVector q = d5;
            TVector.AddProduct(ref q, minusHalf, d4);

            TVector one = p;
            TVector.AddProduct(ref one, minus4, d2);
            TVector.AddProduct(ref one, two, d1);
            v = q;
            TVector.AddProduct(ref v, minus4, d3);
            TVector.AddProduct(ref v, two, d2);
            (v + one).Store(to + plane);
            (v - one).Store(to + (2 * plane));

            p -= d2;
            TVector.AddProduct(ref p, half, d1);
            q -= d3;
            TVector.AddProduct(ref q, half, d2);
            v = q;
            TVector.AddProduct(ref v, two, p);
            v.Store(to + (3 * plane));
            TVector.AddProduct(ref q, minus2, p);
            q.Store(to + (4 * plane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* sums, long plane, int tiles, float* row)
    {
        TVector eighth = TVector.Create(0.125f);
        TVector quarter = TVector.Create(0.25f);
        TVector half = TVector.Create(0.5f);
        TVector two = TVector.Create(2f);
        TVector four = TVector.Create(4f);
        TVector eight = TVector.Create(8f);
        for (int tile = 0; tile < tiles; tile += TVector.Count, row += 4 * TVector.Count, sums += TVector.Count)
        {
            TVector m1 = TVector.Load(sums + plane);
            TVector m2 = TVector.Load(sums + (2 * plane));
            TVector m3 = TVector.Load(sums + (3 * plane));
            TVector m4 = TVector.Load(sums + (4 * plane));
            TVector m5 = TVector.Load(sums + (5 * plane));
            TVector sum1 = m1 + m2;
            TVector y1 = m1 - m2;
            TVector sum2 = m3 + m4;
            TVector difference2 = m3 - m4;
            TVector y0 = TVector.Load(sums) + sum1 + (sum2 + m5);
            TVector y3 = y1 + TVector.Load(sums + (6 * plane));
            TVector.AddProduct(ref y1, half, m5);
            TVector.AddProduct(ref y1, two, difference2);
            TVector.AddProduct(ref sum1, quarter, m5);
            TVector.AddProduct(ref sum1, four, sum2);
            TVector.AddProduct(ref y3, eighth, m5);
            TVector.AddProduct(ref y3, eight, difference2);
            TVector.StoreFourths(row, y0, y1, sum1, y3);
        }
    }
}
