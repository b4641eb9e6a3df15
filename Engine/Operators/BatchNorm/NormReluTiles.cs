using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The loops of <see cref="HostNormRelu"/> with vectors of one width, over rows of at least one. The last vector of a
/// row that does not end with one overlaps the one before it, and is computed first, for results may replace what they
/// are made of.
/// </summary>
internal static unsafe class NormReluTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, int length, in ChannelMap map, float floor, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector floors = TVector.Create(floor);
        int end = length - TVector.Count;
        TVector last = TVector.Max(((TVector.Load(x + end) - mean) * scale) + shift, floors);
        for (int i = 0; i < end; i += TVector.Count)
        {
            TVector.Max(((TVector.Load(x + i) - mean) * scale) + shift, floors).Store(to + i);
        }

        last.Store(to + end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Sum, float ByDistance) Sums(float* x, int length, in ChannelMap map, float open, float* dY)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector opens = TVector.Create(open);
        TVector sums = TVector.Zero;
        TVector products = TVector.Zero;
        TVector mask = VectorTail.Of<TVector>(TVector.Count);
        for (int i = 0; i < length; i += TVector.Count)
        {
            int at = i;
            if (i > length - TVector.Count)
            {
                mask = VectorTail.Of<TVector>(length - i);
                at = length - TVector.Count;
            }

            TVector distance = TVector.Load(x + at) - mean;
            TVector y = (distance * scale) + shift;
            TVector gradient = TVector.WhereBelow(y, opens, TVector.Zero, TVector.Load(dY + at)) & mask;
            sums += gradient;
            TVector.AddProduct(ref products, gradient, distance);
        }

        Vector128<float> both = TVector.SumOfEach(sums, products, TVector.Zero, TVector.Zero);
        return (both[0], both[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(
        float* x, int length, in ChannelMap map, float open, float* dY, float centre, float slope, float* to)
    {
        TVector mean = TVector.Create(map.Mean);
        TVector scale = TVector.Create(map.Scale);
        TVector shift = TVector.Create(map.Shift);
        TVector opens = TVector.Create(open);
        TVector centres = TVector.Create(centre);
        TVector slopes = TVector.Create(-slope);
        int end = length - TVector.Count;
        TVector last = Back(x + end, dY + end, mean, scale, shift, opens, centres, slopes);
        for (int i = 0; i < end; i += TVector.Count)
        {
            Back(x + i, dY + i, mean, scale, shift, opens, centres, slopes).Store(to + i);
        }

        last.Store(to + end);
    }

    /// <summary>scale (g - centre + distance slope).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Back(
        float* x, float* dY, TVector mean, TVector scale, TVector shift, TVector open, TVector centre, TVector slope)
    {
        TVector distance = TVector.Load(x) - mean;
        TVector back = TVector.WhereBelow((distance * scale) + shift, open, TVector.Zero, TVector.Load(dY)) - centre;
        TVector.AddProduct(ref back, distance, slope);
        return back * scale;
    }
}
