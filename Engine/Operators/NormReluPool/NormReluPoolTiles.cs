// The loops of NormReluPoolHost over one row. Windows of 2 and 4 steps are dealt out: vector k has step k of as many
// windows as there are lanes. What is left of a row, and other windows, go one by one.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The loops of <see cref="NormReluPoolHost"/> with vectors of one width.</summary>
internal static unsafe class NormReluPoolTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    // Vectors of gradients that are summed in float32 before they go to float64.
    private const int Block = 256;

    // What is below it is at most 0: the smallest float above 0.
    private const float AboveZero = float.Epsilon;

    /// <summary>to[j] = max(largest of window j, mapped, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int window, float* x, int windows, in ChannelMap map, float* to)
    {
        int j = 0;
        if (window is 2 or 4)
        {
            TVector mean = TVector.Create(map.Mean);
            TVector scale = TVector.Create(map.Scale);
            TVector shift = TVector.Create(map.Shift);
            for (; j <= windows - TVector.Count; j += TVector.Count)
            {
                TVector largest;
                if (window == 2)
                {
                    TVector.LoadHalves(x + (2 * j), out TVector a, out TVector b);
                    largest = TVector.Max(((a - mean) * scale) + shift, ((b - mean) * scale) + shift);
                }
                else
                {
                    TVector.LoadFourths(x + (4 * j), out TVector a, out TVector b, out TVector c, out TVector d);
                    largest = TVector.Max(
                        TVector.Max(((a - mean) * scale) + shift, ((b - mean) * scale) + shift),
                        TVector.Max(((c - mean) * scale) + shift, ((d - mean) * scale) + shift));
                }

                TVector.Max(largest, TVector.Zero).Store(to + j);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGradients(
        int window, float* x, int windows, in ChannelMap map, float* dY, ref double sum, ref double sumByValue)
    {
        int j = 0;
        while (window is 2 or 4 && j <= windows - TVector.Count)
        {
            TVector sums = TVector.Zero;
            TVector products = TVector.Zero;
            for (int i = 0; i < Block && j <= windows - TVector.Count; i++, j += TVector.Count)
            {
                TVector gradient = TVector.Load(dY + j);
                TVector distance;
                if (window == 2)
                {
                    var two = new Two(x + (2 * j), map);
                    gradient = Open(two.Largest, gradient);
                    distance = two.Distance;
                }
                else
                {
                    var four = new Four(x + (4 * j), map);
                    gradient = Open(four.Largest, gradient);
                    distance = four.Distance;
                }

                sums += gradient;
                TVector.AddProduct(ref products, gradient, distance);
            }

            System.Runtime.Intrinsics.Vector128<float> both =
                TVector.SumOfEach(sums, products, TVector.Zero, TVector.Zero);
            sum += both[0];
            sumByValue += both[1];
        }

        for (; j < windows; j++)
        {
            float* of = x + ((long)j * window);
            int place = PlaceOf(of, window, map);
            float distance = of[place] - map.Mean;
            float gradient = map.Of(distance) <= 0f ? 0f : dY[j];
            sum += gradient;
            sumByValue += gradient * distance;
        }
    }

    /// <summary>to = scale (g - centre - (x - mean) slope) over the whole row; to may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(
        int window, float* x, int length, int windows, in ChannelMap map, float* dY, float centre, float slope,
        float* to)
    {
        int j = 0;
        if (window is 2 or 4)
        {
            TVector scale = TVector.Create(map.Scale);
            TVector centres = TVector.Create(centre);
            TVector slopes = TVector.Create(-slope);
            for (; j <= windows - TVector.Count; j += TVector.Count)
            {
                TVector gradient = TVector.Load(dY + j);
                if (window == 2)
                {
                    new Two(x + (2 * j), map).InputGradient(gradient, scale, centres, slopes, to + (2 * j));
                }
                else
                {
                    new Four(x + (4 * j), map).InputGradient(gradient, scale, centres, slopes, to + (4 * j));
                }
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

    /// <summary>The gradient where ReLU let the value through, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Open(TVector largest, TVector gradient) =>
        TVector.WhereBelow(largest, TVector.Create(AboveZero), TVector.Zero, gradient);

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

    /// <summary>Windows of two steps, one a lane.</summary>
    private readonly ref struct Two
    {
        private readonly TVector d0;
        private readonly TVector d1;
        private readonly TVector y0;
        private readonly TVector y1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Two(float* x, in ChannelMap map)
        {
            TVector.LoadHalves(x, out TVector x0, out TVector x1);
            TVector mean = TVector.Create(map.Mean);
            TVector scale = TVector.Create(map.Scale);
            TVector shift = TVector.Create(map.Shift);
            (d0, d1) = (x0 - mean, x1 - mean);
            (y0, y1) = ((d0 * scale) + shift, (d1 * scale) + shift);
        }

        public TVector Largest
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TVector.Max(y0, y1);
        }

        /// <summary>The distance of the first maximum from the mean.</summary>
        public TVector Distance
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TVector.WhereBelow(y0, y1, d1, d0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void InputGradient(TVector gradient, TVector scale, TVector centre, TVector slope, float* to)
        {
            TVector open = Open(Largest, gradient);
            TVector g0 = TVector.WhereBelow(y0, y1, TVector.Zero, open);
            TVector g1 = TVector.WhereBelow(y0, y1, open, TVector.Zero);
            TVector.StoreHalves(to, Back(g0, d0, scale, centre, slope), Back(g1, d1, scale, centre, slope));
        }
    }

    /// <summary>Windows of four steps, one a lane.</summary>
    private readonly ref struct Four
    {
        private readonly TVector d0;
        private readonly TVector d1;
        private readonly TVector d2;
        private readonly TVector d3;
        private readonly TVector y0;
        private readonly TVector y1;
        private readonly TVector y2;
        private readonly TVector y3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Four(float* x, in ChannelMap map)
        {
            TVector.LoadFourths(x, out TVector x0, out TVector x1, out TVector x2, out TVector x3);
            TVector mean = TVector.Create(map.Mean);
            TVector scale = TVector.Create(map.Scale);
            TVector shift = TVector.Create(map.Shift);
            (d0, d1, d2, d3) = (x0 - mean, x1 - mean, x2 - mean, x3 - mean);
            (y0, y1) = ((d0 * scale) + shift, (d1 * scale) + shift);
            (y2, y3) = ((d2 * scale) + shift, (d3 * scale) + shift);
        }

        public TVector Largest
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TVector.Max(TVector.Max(y0, y1), TVector.Max(y2, y3));
        }

        /// <summary>The distance of the first maximum from the mean.</summary>
        public TVector Distance
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                TVector low = TVector.WhereBelow(y0, y1, d1, d0);
                TVector high = TVector.WhereBelow(y2, y3, d3, d2);
                return TVector.WhereBelow(TVector.Max(y0, y1), TVector.Max(y2, y3), high, low);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void InputGradient(TVector gradient, TVector scale, TVector centre, TVector slope, float* to)
        {
            TVector low = TVector.Max(y0, y1);
            TVector high = TVector.Max(y2, y3);
            TVector open = Open(TVector.Max(low, high), gradient);
            TVector ofLow = TVector.WhereBelow(low, high, TVector.Zero, open);
            TVector ofHigh = TVector.WhereBelow(low, high, open, TVector.Zero);
            TVector g0 = TVector.WhereBelow(y0, y1, TVector.Zero, ofLow);
            TVector g1 = TVector.WhereBelow(y0, y1, ofLow, TVector.Zero);
            TVector g2 = TVector.WhereBelow(y2, y3, TVector.Zero, ofHigh);
            TVector g3 = TVector.WhereBelow(y2, y3, ofHigh, TVector.Zero);
            TVector.StoreFourths(
                to, Back(g0, d0, scale, centre, slope), Back(g1, d1, scale, centre, slope),
                Back(g2, d2, scale, centre, slope), Back(g3, d3, scale, centre, slope));
        }
    }
}
