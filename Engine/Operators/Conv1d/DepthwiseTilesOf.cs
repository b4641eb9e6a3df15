using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The loops of <see cref="DepthwiseTiles"/> with vectors of one width.</summary>
internal static unsafe class DepthwiseTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    /// <inheritdoc cref="DepthwiseTiles.Strip"/>
    public static void Strip(
        int vectors, float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        // Tiles of four and three vectors: a chain of sums takes as long as four of them take to issue.
        while (vectors > 0)
        {
            int tile = vectors is 5 or 6 or 9 ? 3 : Math.Min(vectors, 4);
            switch (tile)
            {
                case 4:
                    Strip4(source, offsets, taps, weights, places, strip);
                    break;
                case 3:
                    Strip3(source, offsets, taps, weights, places, strip);
                    break;
                case 2:
                    Strip2(source, offsets, taps, weights, places, strip);
                    break;
                default:
                    Strip1(source, offsets, taps, weights, places, strip);
                    break;
            }

            vectors -= tile;
            source += tile * TVector.Count;
            strip += tile * TVector.Count;
        }
    }

    /// <inheritdoc cref="DepthwiseTiles.Weight"/>
    public static void Weight(
        int rows, int vectors, float* source, int sourcePitch, int* offsets, int taps, float* gradient, float* sums)
    {
        int tap = 0;
        for (; taps - tap >= 8; tap += 8)
        {
            Weight8(rows, vectors, source, sourcePitch, offsets + tap, gradient, sums + (tap * TVector.Count));
        }

        if (tap < taps)
        {
            Weight4(rows, vectors, source, sourcePitch, offsets + tap, gradient, sums + (tap * TVector.Count));
        }

        SumOf(rows * vectors, gradient, sums + (taps * TVector.Count));
    }

    /// <inheritdoc cref="DepthwiseTiles.Total"/>
    public static void Total(float* sums, int vectors, float* to)
    {
        for (int i = 0; i < vectors; i += 4, sums += 4 * TVector.Count)
        {
            TVector.SumOfEach(
                TVector.Load(sums), TVector.Load(sums + TVector.Count), TVector.Load(sums + (2 * TVector.Count)),
                TVector.Load(sums + (3 * TVector.Count))).Store(to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip4(float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        TVector s3 = TVector.Zero;
        for (int r = 0; r < taps; r++)
        {
            float* x = source + offsets[r];
            TVector w = TVector.Create(weights[places[r]]);
            TVector.AddProduct(ref s0, w, x);
            TVector.AddProduct(ref s1, w, x + TVector.Count);
            TVector.AddProduct(ref s2, w, x + (2 * TVector.Count));
            TVector.AddProduct(ref s3, w, x + (3 * TVector.Count));
        }

        s0.Store(strip);
        s1.Store(strip + TVector.Count);
        s2.Store(strip + (2 * TVector.Count));
        s3.Store(strip + (3 * TVector.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip3(float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        for (int r = 0; r < taps; r++)
        {
            float* x = source + offsets[r];
            TVector w = TVector.Create(weights[places[r]]);
            TVector.AddProduct(ref s0, w, x);
            TVector.AddProduct(ref s1, w, x + TVector.Count);
            TVector.AddProduct(ref s2, w, x + (2 * TVector.Count));
        }

        s0.Store(strip);
        s1.Store(strip + TVector.Count);
        s2.Store(strip + (2 * TVector.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip2(float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        for (int r = 0; r < taps; r++)
        {
            float* x = source + offsets[r];
            TVector w = TVector.Create(weights[places[r]]);
            TVector.AddProduct(ref s0, w, x);
            TVector.AddProduct(ref s1, w, x + TVector.Count);
        }

        s0.Store(strip);
        s1.Store(strip + TVector.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip1(float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        TVector sum = TVector.Zero;
        for (int r = 0; r < taps; r++)
        {
            TVector.AddProduct(ref sum, TVector.Create(weights[places[r]]), source + offsets[r]);
        }

        sum.Store(strip);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weight8(
        int rows, int vectors, float* source, int sourcePitch, int* offsets, float* gradient, float* sums)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        TVector s3 = TVector.Zero;
        TVector s4 = TVector.Zero;
        TVector s5 = TVector.Zero;
        TVector s6 = TVector.Zero;
        TVector s7 = TVector.Zero;
        for (; rows > 0; rows--, source += sourcePitch)
        {
            float* x0 = source + offsets[0];
            float* x1 = source + offsets[1];
            float* x2 = source + offsets[2];
            float* x3 = source + offsets[3];
            float* x4 = source + offsets[4];
            float* x5 = source + offsets[5];
            float* x6 = source + offsets[6];
            float* x7 = source + offsets[7];
            int end = vectors * TVector.Count;
            for (int i = 0; i < end; i += TVector.Count, gradient += TVector.Count)
            {
                TVector g = TVector.Load(gradient);
                TVector.AddProduct(ref s0, g, x0 + i);
                TVector.AddProduct(ref s1, g, x1 + i);
                TVector.AddProduct(ref s2, g, x2 + i);
                TVector.AddProduct(ref s3, g, x3 + i);
                TVector.AddProduct(ref s4, g, x4 + i);
                TVector.AddProduct(ref s5, g, x5 + i);
                TVector.AddProduct(ref s6, g, x6 + i);
                TVector.AddProduct(ref s7, g, x7 + i);
            }
        }

        (TVector.Load(sums) + s0).Store(sums);
        (TVector.Load(sums + TVector.Count) + s1).Store(sums + TVector.Count);
        (TVector.Load(sums + (2 * TVector.Count)) + s2).Store(sums + (2 * TVector.Count));
        (TVector.Load(sums + (3 * TVector.Count)) + s3).Store(sums + (3 * TVector.Count));
        (TVector.Load(sums + (4 * TVector.Count)) + s4).Store(sums + (4 * TVector.Count));
        (TVector.Load(sums + (5 * TVector.Count)) + s5).Store(sums + (5 * TVector.Count));
        (TVector.Load(sums + (6 * TVector.Count)) + s6).Store(sums + (6 * TVector.Count));
        (TVector.Load(sums + (7 * TVector.Count)) + s7).Store(sums + (7 * TVector.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weight4(
        int rows, int vectors, float* source, int sourcePitch, int* offsets, float* gradient, float* sums)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        TVector s3 = TVector.Zero;
        for (; rows > 0; rows--, source += sourcePitch)
        {
            float* x0 = source + offsets[0];
            float* x1 = source + offsets[1];
            float* x2 = source + offsets[2];
            float* x3 = source + offsets[3];
            int end = vectors * TVector.Count;
            for (int i = 0; i < end; i += TVector.Count, gradient += TVector.Count)
            {
                TVector g = TVector.Load(gradient);
                TVector.AddProduct(ref s0, g, x0 + i);
                TVector.AddProduct(ref s1, g, x1 + i);
                TVector.AddProduct(ref s2, g, x2 + i);
                TVector.AddProduct(ref s3, g, x3 + i);
            }
        }

        (TVector.Load(sums) + s0).Store(sums);
        (TVector.Load(sums + TVector.Count) + s1).Store(sums + TVector.Count);
        (TVector.Load(sums + (2 * TVector.Count)) + s2).Store(sums + (2 * TVector.Count));
        (TVector.Load(sums + (3 * TVector.Count)) + s3).Store(sums + (3 * TVector.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOf(int vectors, float* gradient, float* sum)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        for (; vectors >= 2; vectors -= 2, gradient += 2 * TVector.Count)
        {
            s0 += TVector.Load(gradient);
            s1 += TVector.Load(gradient + TVector.Count);
        }

        if (vectors > 0)
        {
            s0 += TVector.Load(gradient);
        }

        (TVector.Load(sum) + s0 + s1).Store(sum);
    }
}
