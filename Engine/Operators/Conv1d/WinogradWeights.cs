// The transforms G of weights for minimal filtering (Winograd.cs): to[point * plane + f] = G g, where the taps of filter f
// are taps[tap * height + f]. Filters lie in lanes; a strip of eight is a vector of 256 bits.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The transforms of weights of <see cref="Winograd"/>'s F(4, 3) and F(4, 4).</summary>
internal static unsafe class WinogradWeights
{
    /// <summary>
    /// Transforms some channels of a strip: to[point * plane + channel * height + f], from taps[(channel * count + tap) *
    /// height + f].
    /// </summary>
    /// <param name="count">Taps, 3 or 4.</param>
    /// <param name="taps">The weights, filters innermost.</param>
    /// <param name="channels">How many.</param>
    /// <param name="height">Filters of the strip: 1, 2, 4 or 8.</param>
    /// <param name="to">The place of the first channel's first point.</param>
    /// <param name="plane">From a point to the next.</param>
    public static void Run(int count, float* taps, int channels, int height, float* to, long plane)
    {
        if (height == 8 && HostSimd.Lanes >= 8)
        {
            Vectors<FloatVector256>(count, taps, channels, height, to, plane);
        }
        else if (height >= 4)
        {
            Vectors<FloatVector128>(count, taps, channels, height, to, plane);
        }
        else
        {
            // One or two filters of a network's last strip: each by itself, in a vector that is mostly empty.
            float* some = stackalloc float[4 * 4];
            float* points = stackalloc float[7 * 4];
            for (int channel = 0; channel < channels; channel++, taps += count * height, to += height)
            {
                for (int i = 0; i < count * height; i++)
                {
                    some[(i / height * 4) + (i % height)] = taps[i];
                }

                Vectors<FloatVector128>(count, some, 1, 4, points, 4);
                for (int i = 0; i < Winograd.PointsOf(count) * height; i++)
                {
                    to[(i / height * plane) + (i % height)] = points[(i / height * 4) + (i % height)];
                }
            }
        }
    }

    /// <summary>The same with vectors of one width, which divides the height.</summary>
    public static void Vectors<TVector>(int count, float* taps, int channels, int height, float* to, long plane)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        if (count == 3)
        {
            Three<TVector>(taps, channels, height, to, plane);
        }
        else
        {
            Four<TVector>(taps, channels, height, to, plane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three<TVector>(float* taps, int channels, int height, float* to, long plane)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        TVector third = TVector.Create(1f / 3);
        TVector two = TVector.Create(2f);
        TVector four = TVector.Create(4f);
        TVector minus4Of15 = TVector.Create(-4f / 15);
        TVector fifteenth = TVector.Create(1f / 15);
        for (int channel = 0; channel < channels; channel++, taps += 2 * height)
        {
            for (int f = 0; f < height; f += TVector.Count, taps += TVector.Count, to += TVector.Count)
            {
                TVector g0 = TVector.Load(taps);
                TVector g1 = TVector.Load(taps + height);
                TVector g2 = TVector.Load(taps + (2 * height));
                TVector outer = (g0 + g2) * third;
                TVector middle = g1 * third;
                g0.Store(to);
                (middle + outer).Store(to + plane);
                (middle - outer).Store(to + (2 * plane));
                (((g0 * four) + (g1 * two) + g2) * minus4Of15).Store(to + (3 * plane));
                ((g0 - (g1 * two) + (g2 * four)) * fifteenth).Store(to + (4 * plane));
                g2.Store(to + (5 * plane));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TVector>(float* taps, int channels, int height, float* to, long plane)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        TVector two = TVector.Create(2f);
        TVector four = TVector.Create(4f);
        TVector eight = TVector.Create(8f);
        for (int channel = 0; channel < channels; channel++, taps += 3 * height)
        {
            for (int f = 0; f < height; f += TVector.Count, taps += TVector.Count, to += TVector.Count)
            {
                TVector g0 = TVector.Load(taps);
                TVector g1 = TVector.Load(taps + height);
                TVector g2 = TVector.Load(taps + (2 * height));
                TVector g3 = TVector.Load(taps + (3 * height));
                TVector even = g0 + g2;
                TVector odd = g1 + g3;
                (g0 * TVector.Create(-0.5f)).Store(to);
                ((even + odd) * TVector.Create(-1f / 3)).Store(to + plane);
                ((even - odd) * TVector.Create(1f / 9)).Store(to + (2 * plane));
                even = g0 + (g2 * four);
                odd = (g1 * two) + (g3 * eight);
                ((even + odd) * TVector.Create(1f / 36)).Store(to + (3 * plane));
                ((even - odd) * TVector.Create(-1f / 60)).Store(to + (4 * plane));
                (((g0 * eight) + (g1 * four) + (g2 * two) + g3) * TVector.Create(4f / 45)).Store(to + (5 * plane));
                g3.Store(to + (6 * plane));
            }
        }
    }
}
