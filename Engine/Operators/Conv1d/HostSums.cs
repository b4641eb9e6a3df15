using System.Numerics;

namespace NativeCnn.Engine.Operators;

/// <summary>Sums of partial results on the host.</summary>
internal static unsafe class HostSums
{
    /// <summary>to = the sum, in order, of so many vectors of <see cref="ConvolutionTiles.Lanes"/> so far apart.</summary>
    public static void OfVectors(float* from, long stride, int count, float* to)
    {
        for (int i = 0; i < ConvolutionTiles.Lanes; i += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(from + i);
            for (int one = 1; one < count; one++)
            {
                sum += Vector.Load(from + (one * stride) + i);
            }

            sum.Store(to + i);
        }
    }

    /// <summary>to += from.</summary>
    public static void Add(float* from, int count, float* to)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(to + i) + Vector.Load(from + i)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] += from[i];
        }
    }
}
