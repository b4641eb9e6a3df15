// The loops of PooledNormRow over one row. Windows of 2 and 4 steps are dealt out: vector k has step k of as many
// windows as there are lanes. The last vector of a row overlaps the one before. Other windows, and those of a row that
// has fewer than lanes, go one by one. Windows of 2 and 4 have loops of their own: in one
// method the JIT would no longer inline all operations of vectors.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The loops of <see cref="PooledNormRow"/> with vectors of one width.</summary>
internal static unsafe class NormReluPoolTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    // Vectors of gradients that are summed in float32 before they go to float64.
    private const int Block = 256;

    // What is below it is at most 0: the smallest float above 0.
    private const float AboveZero = float.Epsilon;


    /// <summary>to[j] = max(largest of window j, mapped, 0).</summary>
    public static void Forward(int window, float* x, int windows, in ChannelMap map, float* to)
    {
        int vectors = window is 2 or 4 ? windows / TVector.Count : 0;
        int j = vectors * TVector.Count;
        if (vectors > 0)
        {
            ForwardOfVectors(window, x, 0, vectors, map, to);
            if (j < windows)
            {
                ForwardOfVectors(window, x, windows - TVector.Count, 1, map, to);
                return;
            }
        }

        for (; j < windows; j++)
        {
            float* of = x + ((long)j * window);
            float largest = map.Of(of[0] - map.Mean);
            for (int l = 1; l < window; l++)
            {
                largest = MathF.Max(largest, map.Of(of[l] - map.Mean));
            }

            to[j] = MathF.Max(largest, 0f);
        }
    }

    /// <summary>Adds the gradients of the maxima that ReLU let through, and their products with x - mean.</summary>
    public static void AddGradients(
        int window, float* x, int windows, in ChannelMap map, float* dY, ref double sum, ref double sumByValue)
    {
        int vectors = window is 2 or 4 ? windows / TVector.Count : 0;
        TVector all = VectorTail.Of<TVector>(TVector.Count);
        for (int i = 0; i < vectors; i += Block)
        {
            AddOfVectors(
                window, x, (long)i * TVector.Count, Math.Min(Block, vectors - i), map, dY, all, ref sum,
                ref sumByValue);
        }

        int done = vectors * TVector.Count;
        if (vectors > 0 && done < windows)
        {
            TVector last = VectorTail.Of<TVector>(windows - done);
            AddOfVectors(window, x, windows - TVector.Count, 1, map, dY, last, ref sum, ref sumByValue);
            return;
        }

        for (int j = done; j < windows; j++)
        {
            float* of = x + ((long)j * window);
            int place = PlaceOf(of, window, map);
            float distance = of[place] - map.Mean;
            float gradient = map.Of(distance) <= 0f ? 0f : dY[j];
            sum += gradient;
            sumByValue += gradient * distance;
        }
    }

    /// <summary>to = scale (g - centre - (x - mean) slope) over the whole row.</summary>
    public static void InputGradient(
        int window, float* x, int length, int windows, in ChannelMap map, float* dY, float centre, float slope,
        float* to)
    {
        int vectors = window is 2 or 4 ? windows / TVector.Count : 0;
        int j = vectors * TVector.Count;
        if (vectors > 0)
        {
            GradientOfVectors(window, x, 0, vectors, map, dY, centre, slope, to);
            if (j < windows)
            {
                GradientOfVectors(window, x, windows - TVector.Count, 1, map, dY, centre, slope, to);
                j = windows;
            }
        }

        for (; j < windows; j++)
        {
            float* of = x + ((long)j * window);
            int place = PlaceOf(of, window, map);
            float gradient = map.Of(of[place] - map.Mean) <= 0f ? 0f : dY[j];
            for (int l = 0; l < window; l++)
            {
                float own = l == place ? gradient : 0f;
                to[((long)j * window) + l] = map.Scale * (own - centre - ((of[l] - map.Mean) * slope));
            }
        }

        for (int l = windows * window; l < length; l++)
        {
            to[l] = map.Scale * (-centre - ((x[l] - map.Mean) * slope));
        }
    }

    private static void ForwardOfVectors(int window, float* x, long first, int vectors, in ChannelMap map, float* to)
    {
        if (window == 2)
        {
            Forward2(x + (2 * first), vectors, map, to + first);
        }
        else
        {
            Forward4(x + (4 * first), vectors, map, to + first);
        }
    }

    private static void AddOfVectors(
        int window, float* x, long first, int vectors, in ChannelMap map, float* dY, TVector mask, ref double sum,
        ref double sumByValue)
    {
        Vector128<float> both = window == 2
            ? Sums2(x + (2 * first), vectors, map, dY + first, mask)
            : Sums4(x + (4 * first), vectors, map, dY + first, mask);
        sum += both[0];
        sumByValue += both[1];
    }

    private static void GradientOfVectors(
        int window, float* x, long first, int vectors, in ChannelMap map, float* dY, float centre, float slope,
        float* to)
    {
        if (window == 2)
        {
            Gradients2(x + (2 * first), vectors, map, dY + first, centre, slope, to + (2 * first));
        }
        else
        {
            Gradients4(x + (4 * first), vectors, map, dY + first, centre, slope, to + (4 * first));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward2(float* x, int vectors, in ChannelMap map, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        for (int i = 0; i < vectors; i++, x += 2 * TVector.Count, to += TVector.Count)
        {
            TVector.LoadHalves(x, out TVector a, out TVector b);
            TVector largest = TVector.Max(((a - mean) * scale) + shift, ((b - mean) * scale) + shift);
            TVector.Max(largest, TVector.Zero).Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward4(float* x, int vectors, in ChannelMap map, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        for (int i = 0; i < vectors; i++, x += 4 * TVector.Count, to += TVector.Count)
        {
            TVector.LoadFourths(x, out TVector a, out TVector b, out TVector c, out TVector d);
            TVector low = TVector.Max(((a - mean) * scale) + shift, ((b - mean) * scale) + shift);
            TVector high = TVector.Max(((c - mean) * scale) + shift, ((d - mean) * scale) + shift);
            TVector.Max(TVector.Max(low, high), TVector.Zero).Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Sums2(float* x, int vectors, in ChannelMap map, float* dY, TVector mask)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector above = TVector.Create(AboveZero);
        TVector sums = TVector.Zero;
        TVector products = TVector.Zero;
        for (int i = 0; i < vectors; i++, x += 2 * TVector.Count, dY += TVector.Count)
        {
            TVector.LoadHalves(x, out TVector d0, out TVector d1);
            d0 -= mean;
            d1 -= mean;
            TVector y0 = (d0 * scale) + shift;
            TVector y1 = (d1 * scale) + shift;
            TVector gradient = TVector.WhereBelow(TVector.Max(y0, y1), above, TVector.Zero, TVector.Load(dY)) & mask;
            sums += gradient;
            TVector.AddProduct(ref products, gradient, TVector.WhereBelow(y0, y1, d1, d0));
        }

        return TVector.SumOfEach(sums, products, TVector.Zero, TVector.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Sums4(float* x, int vectors, in ChannelMap map, float* dY, TVector mask)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector above = TVector.Create(AboveZero);
        TVector sums = TVector.Zero;
        TVector products = TVector.Zero;
        for (int i = 0; i < vectors; i++, x += 4 * TVector.Count, dY += TVector.Count)
        {
            TVector.LoadFourths(x, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            d0 -= mean;
            d1 -= mean;
            d2 -= mean;
            d3 -= mean;
            TVector y0 = (d0 * scale) + shift;
            TVector y1 = (d1 * scale) + shift;
            TVector y2 = (d2 * scale) + shift;
            TVector y3 = (d3 * scale) + shift;
            TVector low = TVector.Max(y0, y1);
            TVector high = TVector.Max(y2, y3);
            TVector distance = TVector.WhereBelow(
                low, high, TVector.WhereBelow(y2, y3, d3, d2), TVector.WhereBelow(y0, y1, d1, d0));
            TVector gradient = TVector.WhereBelow(TVector.Max(low, high), above, TVector.Zero, TVector.Load(dY)) & mask;
            sums += gradient;
            TVector.AddProduct(ref products, gradient, distance);
        }

        return TVector.SumOfEach(sums, products, TVector.Zero, TVector.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradients2(
        float* x, int vectors, in ChannelMap map, float* dY, float centre, float slope, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector above = TVector.Create(AboveZero);
        TVector centres = TVector.Create(centre);
        TVector slopes = TVector.Create(-slope);
        for (int i = 0; i < vectors; i++, x += 2 * TVector.Count, dY += TVector.Count, to += 2 * TVector.Count)
        {
            TVector.LoadHalves(x, out TVector d0, out TVector d1);
            d0 -= mean;
            d1 -= mean;
            TVector y0 = (d0 * scale) + shift;
            TVector y1 = (d1 * scale) + shift;
            TVector gradient = TVector.WhereBelow(TVector.Max(y0, y1), above, TVector.Zero, TVector.Load(dY));
            y0 = TVector.WhereBelow(y0, y1, TVector.Zero, gradient);
            TVector.StoreHalves(
                to, Back(y0, d0, scale, centres, slopes), Back(gradient - y0, d1, scale, centres, slopes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradients4(
        float* x, int vectors, in ChannelMap map, float* dY, float centre, float slope, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector above = TVector.Create(AboveZero);
        TVector centres = TVector.Create(centre);
        TVector slopes = TVector.Create(-slope);
        for (int i = 0; i < vectors; i++, x += 4 * TVector.Count, dY += TVector.Count, to += 4 * TVector.Count)
        {
            TVector.LoadFourths(x, out TVector d0, out TVector d1, out TVector d2, out TVector d3);
            d0 -= mean;
            d1 -= mean;
            d2 -= mean;
            d3 -= mean;
            TVector y0 = (d0 * scale) + shift;
            TVector y1 = (d1 * scale) + shift;
            TVector y2 = (d2 * scale) + shift;
            TVector y3 = (d3 * scale) + shift;
            TVector low = TVector.Max(y0, y1);
            TVector high = TVector.Max(y2, y3);
            TVector gradient = TVector.WhereBelow(TVector.Max(low, high), above, TVector.Zero, TVector.Load(dY));
            // Where it is not its own the gradient is 0, so that differences are exact.
            low = TVector.WhereBelow(low, high, TVector.Zero, gradient);
            high = gradient - low;
            y0 = TVector.WhereBelow(y0, y1, TVector.Zero, low);
            y2 = TVector.WhereBelow(y2, y3, TVector.Zero, high);
            TVector.StoreFourths(
                to, Back(y0, d0, scale, centres, slopes), Back(low - y0, d1, scale, centres, slopes),
                Back(y2, d2, scale, centres, slopes), Back(high - y2, d3, scale, centres, slopes));
        }
    }

    /// <summary>scale (g - centre + distance slope).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Back(TVector gradient, TVector distance, TVector scale, TVector centre, TVector slope)
    {
        TVector back = gradient - centre;
        TVector.AddProduct(ref back, distance, slope);
        return back * scale;
    }

    private static int PlaceOf(float* x, int window, in ChannelMap map)
    {
        int place = 0;
        float largest = map.Of(x[0] - map.Mean);
        for (int l = 1; l < window; l++)
        {
            float value = map.Of(x[l] - map.Mean);
            if (value > largest || (float.IsNaN(value) && !float.IsNaN(largest)))
            {
                (place, largest) = (l, value);
            }
        }

        return place;
    }
}
