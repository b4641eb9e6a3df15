// Sums for a mean and a variance, over values side by side: vectors within a block, blocks in float64.
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>The sums that host bodies of normalisations take over runs of values.</summary>
internal static unsafe class HostMoments
{
    /// <summary>Values of a sum in float32.</summary>
    public const int Block = 4096;

    /// <summary>The mean of a run, and 1 / sqrt(variance + epsilon).</summary>
    public static (float Mean, float Inverse) Of(float* x, int length, float epsilon)
    {
        float mean = (float)(Sum(x, length) / length);
        double squares = 0;
        double rest = 0;
        AddDistances(x, length, mean, ref rest, ref squares);

        // What rounding the mean left is taken from the squares again.
        double variance = (squares - (rest * rest / length)) / length;
        return (mean, (float)(1 / Math.Sqrt(variance + epsilon)));
    }

    /// <summary>The sum of a run.</summary>
    public static double Sum(float* x, int length)
    {
        double total = 0;
        for (int first = 0; first < length; first += Block)
        {
            int end = Math.Min(length, first + Block);
            Vector512<float> even = default;
            Vector512<float> odd = default;
            int i = first;
            for (; i <= end - 32; i += 32)
            {
                even += Vector512.Load(x + i);
                odd += Vector512.Load(x + i + 16);
            }

            total += Vector512.Sum(even + odd);
            for (; i < end; i++)
            {
                total += x[i];
            }
        }

        return total;
    }

    /// <summary>Adds a run's distances from a mean, and their squares.</summary>
    public static void AddDistances(float* x, int length, float mean, ref double sum, ref double squares)
    {
        Vector512<float> centre = Vector512.Create(mean);
        for (int first = 0; first < length; first += Block)
        {
            int end = Math.Min(length, first + Block);
            Vector512<float> sums = default;
            Vector512<float> even = default;
            Vector512<float> odd = default;
            int i = first;
            for (; i <= end - 32; i += 32)
            {
                Vector512<float> a = Vector512.Load(x + i) - centre;
                Vector512<float> b = Vector512.Load(x + i + 16) - centre;
                sums += a + b;
                even += a * a;
                odd += b * b;
            }

            sum += Vector512.Sum(sums);
            squares += Vector512.Sum(even + odd);
            for (; i < end; i++)
            {
                float distance = x[i] - mean;
                sum += distance;
                squares += distance * distance;
            }
        }
    }
}
