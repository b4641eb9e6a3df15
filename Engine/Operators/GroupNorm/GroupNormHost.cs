// The host bodies of GroupNorm. Group g of clip b is the piece b G + g of x: its channels lie one behind the other.
// Sums: vectors within a block, blocks in float64.
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="GroupNorm"/>.</summary>
internal static unsafe class GroupNormHost
{
    /// <summary>Floats of scratch: for each clip and channel a share of dBeta and of dGamma.</summary>
    public static long ScratchLength(GroupNormShape shape) => 2L * shape.Batch * shape.Channels;

    public static void Forward(
        HostWorkers workers, in GroupNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> statistics, Tensor<float> y)
    {
        var body = new ForwardBody(numbers, x.Address, gamma.Address, beta.Address, statistics.Address, y.Address);
        workers.Run(Parts(numbers), HostWork.OfFloats(4L * x.Length), body);
    }

    public static void Backward(
        ComputeDevice device, in GroupNormNumbers numbers, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX)
    {
        int channels = numbers.Channels;
        float* shares = device.Scratch.TakeAddress(2L * numbers.Batch * channels);
        var body = new BackwardBody(
            numbers, x.Address, gamma.Address, statistics.Address, dY.Address, shares,
            dX is null ? null : dX.Address);
        device.Workers.Run(Parts(numbers), HostWork.OfFloats(6L * x.Length), body);
        ColumnSums.Add(shares, numbers.Batch, 2 * channels, channels, dBeta.Address);
        ColumnSums.Add(shares + channels, numbers.Batch, 2 * channels, channels, dGamma.Address);
    }

    private static int GroupsOfPart(in GroupNormNumbers n) => Math.Max(1, HostParts.BlockLength / n.Count);

    private static int Parts(in GroupNormNumbers n)
    {
        int of = GroupsOfPart(n);
        return (int)((((long)n.Batch * n.Groups) + of - 1) / of);
    }

    private static (int First, int End) Range(int part, in GroupNormNumbers n)
    {
        int of = GroupsOfPart(n);
        return (part * of, Math.Min(n.Batch * n.Groups, (part * of) + of));
    }

    private readonly struct ForwardBody(
        GroupNormNumbers n, float* x, float* gamma, float* beta, float* statistics, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = Range(part, n);
            for (int group = first; group < end; group++)
            {
                long start = (long)group * n.Count;
                (float mean, float inverse) = HostMoments.Of(x + start, n.Count, n.Epsilon);
                statistics[group] = mean;
                statistics[(n.Batch * n.Groups) + group] = inverse;
                int channel = group % n.Groups * n.ChannelsOfGroup;
                for (int c = 0; c < n.ChannelsOfGroup; c++)
                {
                    long row = start + ((long)c * n.Length);
                    Normalize(x + row, n.Length, mean, gamma[channel + c] * inverse, beta[channel + c], y + row);
                }
            }
        }
    }

    private readonly struct BackwardBody(
        GroupNormNumbers n, float* x, float* gamma, float* statistics, float* dY, float* shares, float* dX)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = Range(part, n);
            for (int group = first; group < end; group++)
            {
                long start = (long)group * n.Count;
                float mean = statistics[group];
                float inverse = statistics[(n.Batch * n.Groups) + group];
                int channel = group % n.Groups * n.ChannelsOfGroup;
                float* share = shares + (group / n.Groups * 2L * n.Channels) + channel;
                double sum = 0;
                double sumByDistance = 0;
                for (int c = 0; c < n.ChannelsOfGroup; c++)
                {
                    long row = start + ((long)c * n.Length);
                    double ofRow = 0;
                    double ofRowByDistance = 0;
                    AddGradients(x + row, dY + row, n.Length, mean, ref ofRow, ref ofRowByDistance);
                    share[c] = (float)ofRow;
                    share[n.Channels + c] = (float)(ofRowByDistance * inverse);
                    sum += gamma[channel + c] * ofRow;
                    sumByDistance += gamma[channel + c] * ofRowByDistance;
                }

                if (dX == null)
                {
                    continue;
                }

                float centre = (float)(inverse * sum / n.Count);
                float slope = (float)((double)inverse * inverse * inverse * sumByDistance / n.Count);
                for (int c = 0; c < n.ChannelsOfGroup; c++)
                {
                    long row = start + ((long)c * n.Length);
                    InputGradient(
                        x + row, dY + row, n.Length, mean, gamma[channel + c] * inverse, centre, slope, dX + row);
                }
            }
        }
    }

    /// <summary>to = (x - mean) scale + shift; to may be x.</summary>
    private static void Normalize(float* x, int length, float mean, float scale, float shift, float* to)
    {
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<float> distance = Vector512.Load(x + i) - Vector512.Create(mean);
            ((distance * Vector512.Create(scale)) + Vector512.Create(shift)).Store(to + i);
        }

        for (; i < length; i++)
        {
            to[i] = ((x[i] - mean) * scale) + shift;
        }
    }

    /// <summary>Adds the gradients, and their products with x - mean.</summary>
    private static void AddGradients(
        float* x, float* dY, int length, float mean, ref double sum, ref double sumByDistance)
    {
        for (int first = 0; first < length; first += HostMoments.Block)
        {
            int end = Math.Min(length, first + HostMoments.Block);
            Vector512<float> sums = default;
            Vector512<float> products = default;
            int i = first;
            for (; i <= end - 16; i += 16)
            {
                Vector512<float> gradient = Vector512.Load(dY + i);
                sums += gradient;
                products += gradient * (Vector512.Load(x + i) - Vector512.Create(mean));
            }

            sum += Vector512.Sum(sums);
            sumByDistance += Vector512.Sum(products);
            for (; i < end; i++)
            {
                sum += dY[i];
                sumByDistance += dY[i] * (x[i] - mean);
            }
        }
    }

    /// <summary>to = dY scale - centre - (x - mean) slope; to may be dY.</summary>
    private static void InputGradient(
        float* x, float* dY, int length, float mean, float scale, float centre, float slope, float* to)
    {
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<float> distance = Vector512.Load(x + i) - Vector512.Create(mean);
            ((Vector512.Load(dY + i) * Vector512.Create(scale)) - Vector512.Create(centre)
                - (distance * Vector512.Create(slope))).Store(to + i);
        }

        for (; i < length; i++)
        {
            to[i] = (dY[i] * scale) - centre - ((x[i] - mean) * slope);
        }
    }
}
