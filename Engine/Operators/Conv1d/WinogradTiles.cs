using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The transforms of <see cref="Winograd"/> with vectors of one width.</summary>
internal static unsafe class WinogradTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    public static void Data(int taps, float* row, int tiles, float* inside, float* to, long plane)
    {
        if (taps == 3)
        {
            Data3(row, tiles, inside, to, plane);
        }
        else
        {
            WinogradTilesOfFourTaps<TVector>.Data(row, tiles, inside, to, plane);
        }
    }

    public static void Output(int taps, float* sums, long plane, int tiles, float* row)
    {
        if (taps == 3)
        {
            Output3(sums, plane, tiles, row);
        }
        else
        {
            WinogradTilesOfFourTaps<TVector>.Output(sums, plane, tiles, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Data3(float* row, int tiles, float* inside, float* to, long plane)
    {
        TVector half = TVector.Create(0.5f);
        TVector minusHalf = TVector.Create(-0.5f);
        TVector one5 = TVector.Create(1.5f);
        TVector two = TVector.Create(2f);
        TVector minus2 = TVector.Create(-2f);
        TVector two5 = TVector.Create(2.5f);
        TVector minus25 = TVector.Create(-2.5f);
        for (int tile = 0; tile < tiles; tile += TVector.Count, row += 4 * TVector.Count, to += TVector.Count)
        {
            TVector mask = TVector.Load(inside + tile);
            TVector.LoadFourths(row, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            TVector.LoadFourths(row + 4, out TVector d4, out TVector d5, out _, out _);
            d4 &= mask;
            d5 &= mask;
            TVector odd = d3 - d1;
            TVector even = d4 - d2;

            TVector v = d0 + d4;
            TVector.AddProduct(ref v, one5, odd);
            TVector.AddProduct(ref v, minus2, d2);
            v.Store(to);

            v = d4 - d1;
            TVector.AddProduct(ref v, half, d2);
            TVector.AddProduct(ref v, two5, d3);
            v.Store(to + plane);

            v = d4 + d1;
            TVector.AddProduct(ref v, minus25, d2);
            TVector.AddProduct(ref v, half, d3);
            v.Store(to + (2 * plane));

            v = even;
            TVector.AddProduct(ref v, two, odd);
            v.Store(to + (3 * plane));

            v = even;
            TVector.AddProduct(ref v, minusHalf, odd);
            v.Store(to + (4 * plane));

            v = d1 + d5;
            TVector.AddProduct(ref v, one5, even);
            TVector.AddProduct(ref v, minus2, d3);
            v.Store(to + (5 * plane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Output3(float* sums, long plane, int tiles, float* row)
    {
        TVector eighth = TVector.Create(0.125f);
        TVector quarter = TVector.Create(0.25f);
        TVector half = TVector.Create(0.5f);
        TVector minus2 = TVector.Create(-2f);
        TVector four = TVector.Create(4f);
        TVector minus8 = TVector.Create(-8f);
        for (int tile = 0; tile < tiles; tile += TVector.Count, row += 4 * TVector.Count, sums += TVector.Count)
        {
            TVector m1 = TVector.Load(sums + plane);
            TVector m2 = TVector.Load(sums + (2 * plane));
            TVector m3 = TVector.Load(sums + (3 * plane));
            TVector m4 = TVector.Load(sums + (4 * plane));
            TVector sum = m1 + m2;
            TVector difference = m1 - m2;
            TVector y0 = TVector.Load(sums) + sum + (m3 + m4);
            TVector y1 = difference;
            TVector.AddProduct(ref y1, half, m3);
            TVector.AddProduct(ref y1, minus2, m4);
            TVector y2 = sum;
            TVector.AddProduct(ref y2, quarter, m3);
            TVector.AddProduct(ref y2, four, m4);
            TVector y3 = difference + TVector.Load(sums + (5 * plane));
            TVector.AddProduct(ref y3, eighth, m3);
            TVector.AddProduct(ref y3, minus8, m4);
            TVector.StoreFourths(row, y0, y1, y2, y3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(float* rows, int tiles, float* to, int pitch, long plane, float* total)
    {
        TVector two = TVector.Create(2f);
        TVector minus2 = TVector.Create(-2f);
        TVector four = TVector.Create(4f);
        TVector eight = TVector.Create(8f);
        TVector minus8 = TVector.Create(-8f);
        TVector all = TVector.Load(total);
        for (int tile = 0; tile < tiles; tile++, rows += 4 * TVector.Count, to += pitch)
        {
            TVector e0 = TVector.Load(rows);
            TVector e1 = TVector.Load(rows + TVector.Count);
            TVector e2 = TVector.Load(rows + (2 * TVector.Count));
            TVector e3 = TVector.Load(rows + (3 * TVector.Count));
            TVector even = e0 + e2;
            TVector odd = e1 + e3;
            e0.Store(to);
            TVector sum = odd + even;
            all += sum;
            sum.Store(to + plane);
            (odd - even).Store(to + (2 * plane));
            TVector w = e3;
            TVector.AddProduct(ref w, eight, e0);
            TVector.AddProduct(ref w, four, e1);
            TVector.AddProduct(ref w, two, e2);
            w.Store(to + (3 * plane));
            w = e0;
            TVector.AddProduct(ref w, minus2, e1);
            TVector.AddProduct(ref w, four, e2);
            TVector.AddProduct(ref w, minus8, e3);
            w.Store(to + (4 * plane));
            e3.Store(to + (5 * plane));
        }

        all.Store(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Taps3(float* sums, long plane, float* to, int pitch)
    {
        TVector third = TVector.Create(1f / 3);
        TVector s1 = TVector.Load(sums + plane);
        TVector s2 = TVector.Load(sums + (2 * plane));
        TVector p = (s1 + s2) * third;
        TVector o = (s1 - s2) * third;
        TVector q = TVector.Load(sums + (3 * plane)) * TVector.Create(-2f / 15);
        TVector r = TVector.Load(sums + (4 * plane)) * TVector.Create(1f / 15);
        (TVector.Load(sums) + p + (q + r)).Store(to);
        TVector.AddProduct(ref o, TVector.Create(0.5f), q);
        TVector.AddProduct(ref o, TVector.Create(-2f), r);
        o.Store(to + pitch);
        p += TVector.Load(sums + (5 * plane));
        TVector.AddProduct(ref p, TVector.Create(0.25f), q);
        TVector.AddProduct(ref p, TVector.Create(4f), r);
        p.Store(to + (2 * pitch));
    }
}
