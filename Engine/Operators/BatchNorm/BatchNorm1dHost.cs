// The host bodies of BatchNorm1d. A part is a channel: its rows, one a clip, are read from memory once and stay in the
// cache for the passes after it. Rows of few steps are copied side by side first, so that vectors do not end every few
// steps; long ones are worked on where they lie. Sums: vectors within a block, blocks in float64.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="BatchNorm1d"/>.</summary>
internal static unsafe class BatchNorm1dHost
{
    // Rows from here on are not copied; nor are channels that would not stay in L2 together with their gradient.
    private const int LongRow = 256;
    private const int MostCopied = 64 * 1024;

    private const int Block = HostMoments.Block;

    /// <summary>Floats of scratch: two copies of a channel for each worker.</summary>
    public static long ScratchLength(ComputeDevice device, BatchNormShape shape) =>
        IsCopied(shape.Batch, shape.Length) ? 2L * CopyLength(shape.Batch * shape.Length) * device.Workers.Count : 0;

    public static void Train(
        ComputeDevice device, in BatchNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> runningMean, Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        var body = new TrainBody(
            numbers, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
            statistics.Address, y.Address, Scratch(device, numbers));
        device.Workers.Run(numbers.Channels, body);
    }

    public static void Infer(
        ComputeDevice device, in BatchNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> runningMean, Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        var body = new InferBody(
            numbers, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
            statistics.Address, y.Address);
        device.Workers.Run(numbers.Batch, body);
    }

    public static void Backward(
        ComputeDevice device, in BatchNormNumbers numbers, Tensor<float> x, Tensor<float> gamma, Tensor<float> beta,
        Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX,
        bool trained)
    {
        var body = new BackwardBody(
            numbers, x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address,
            dBeta.Address, dX is null ? null : dX.Address, Scratch(device, numbers), trained);
        device.Workers.Run(numbers.Channels, body);
    }

    internal static bool IsCopied(int batch, int length) =>
        length < LongRow && (long)batch * length <= MostCopied && batch > 1;

    internal static long CopyLength(int count) => (count + 63) / 64 * 64;

    internal static float* Scratch(ComputeDevice device, in BatchNormNumbers n) =>
        IsCopied(n.Batch, n.Length)
            ? device.Scratch.TakeAddress(2 * CopyLength(n.Count) * device.Workers.Count)
            : null;

    private readonly struct TrainBody(
        BatchNormNumbers n, float* x, float* gamma, float* beta, float* runningMean, float* runningVariance,
        float* statistics, float* y, float* scratch) : IHostBody
    {
        public void Run(int part, int worker)
        {
            bool copied = scratch != null;
            ChannelRows from = ChannelRows.Of(x, n, part);
            ChannelRows to = ChannelRows.Of(y, n, part);
            float* copy = scratch + (2 * CopyLength(n.Count) * worker);
            ChannelRows values = copied ? from.CopyTo(copy) : from;
            (float mean, float inverse) = ChannelMoments.Learn(
                n, part, values, runningMean, runningVariance, statistics);
            float scale = gamma[part] * inverse;
            for (int row = 0; row < values.Count; row++)
            {
                float* target = copied ? copy : to[row];
                Normalize(values[row], values.Length, mean, scale, beta[part], n.Floor, target);
            }

            if (copied)
            {
                to.CopyFrom(copy);
            }
        }
    }

    /// <summary>A part is a clip.</summary>
    private readonly struct InferBody(
        BatchNormNumbers n, float* x, float* gamma, float* beta, float* runningMean, float* runningVariance,
        float* statistics, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            for (int channel = 0; channel < n.Channels; channel++)
            {
                float mean = runningMean[channel];
                float inverse = (float)(1 / Math.Sqrt((double)runningVariance[channel] + n.Epsilon));
                long at = (((long)part * n.Channels) + channel) * n.Length;
                Normalize(x + at, n.Length, mean, gamma[channel] * inverse, beta[channel], n.Floor, y + at);
                if (part == 0)
                {
                    statistics[channel] = mean;
                    statistics[n.Channels + channel] = inverse;
                }
            }
        }
    }

    private readonly struct BackwardBody(
        BatchNormNumbers n, float* x, float* gamma, float* beta, float* statistics, float* dY, float* dGamma,
        float* dBeta, float* dX, float* scratch, bool trained) : IHostBody
    {
        public void Run(int part, int worker)
        {
            bool copied = scratch != null;
            float* copy = scratch + (2 * CopyLength(n.Count) * worker);
            float* gradientCopy = copy + CopyLength(n.Count);
            ChannelRows values = ChannelRows.Of(x, n, part);
            ChannelRows gradients = ChannelRows.Of(dY, n, part);
            if (copied)
            {
                values = values.CopyTo(copy);
                gradients = gradients.CopyTo(gradientCopy);
            }

            float mean = statistics[part];
            float inverse = statistics[n.Channels + part];
            float scale = gamma[part] * inverse;
            double sum = 0;
            double sumByValue = 0;
            for (int row = 0; row < values.Count; row++)
            {
                AddGradients(
                    values[row], gradients[row], values.Length, mean, scale, beta[part], n.Closed, ref sum,
                    ref sumByValue);
            }

            sumByValue *= inverse;
            dBeta[part] += (float)sum;
            dGamma[part] += (float)sumByValue;
            if (dX == null)
            {
                return;
            }

            float centre = trained ? (float)(sum / n.Count) : 0f;
            float slope = trained ? (float)(sumByValue * inverse / n.Count) : 0f;
            ChannelRows to = ChannelRows.Of(dX, n, part);
            for (int row = 0; row < values.Count; row++)
            {
                float* target = copied ? gradientCopy : to[row];
                InputGradient(
                    values[row], gradients[row], values.Length, mean, scale, beta[part], n.Closed, centre, slope,
                    target);
            }

            if (copied)
            {
                to.CopyFrom(gradientCopy);
            }
        }
    }

    /// <summary>to = max((x - mean) scale + shift, floor); to may be x.</summary>
    private static void Normalize(float* x, int length, float mean, float scale, float shift, float floor, float* to)
    {
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<float> value =
                ((Vector512.Load(x + i) - Vector512.Create(mean)) * Vector512.Create(scale)) + Vector512.Create(shift);
            Vector512.Max(value, Vector512.Create(floor)).Store(to + i);
        }

        for (; i < length; i++)
        {
            to[i] = MathF.Max(((x[i] - mean) * scale) + shift, floor);
        }
    }

    /// <summary>Adds the gradients that ReLU lets through, and their products with x - mean.</summary>
    private static void AddGradients(
        float* x, float* dY, int length, float mean, float scale, float shift, float closed, ref double sum,
        ref double sumByValue)
    {
        for (int first = 0; first < length; first += Block)
        {
            int end = Math.Min(length, first + Block);
            Vector512<float> sums = default;
            Vector512<float> products = default;
            int i = first;
            for (; i <= end - 16; i += 16)
            {
                Vector512<float> distance = Vector512.Load(x + i) - Vector512.Create(mean);
                Vector512<float> gradient = Gated(distance, Vector512.Load(dY + i), scale, shift, closed);
                sums += gradient;
                products += gradient * distance;
            }

            sum += Vector512.Sum(sums);
            sumByValue += Vector512.Sum(products);
            for (; i < end; i++)
            {
                float distance = x[i] - mean;
                float gradient = (distance * scale) + shift <= closed ? 0f : dY[i];
                sum += gradient;
                sumByValue += gradient * distance;
            }
        }
    }

    /// <summary>to = scale (g - centre - (x - mean) slope); to may be dY.</summary>
    private static void InputGradient(
        float* x, float* dY, int length, float mean, float scale, float shift, float closed, float centre, float slope,
        float* to)
    {
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            Vector512<float> distance = Vector512.Load(x + i) - Vector512.Create(mean);
            Vector512<float> gradient = Gated(distance, Vector512.Load(dY + i), scale, shift, closed);
            (Vector512.Create(scale) * (gradient - Vector512.Create(centre) - (distance * Vector512.Create(slope))))
                .Store(to + i);
        }

        for (; i < length; i++)
        {
            float distance = x[i] - mean;
            float gradient = (distance * scale) + shift <= closed ? 0f : dY[i];
            to[i] = scale * (gradient - centre - (distance * slope));
        }
    }

    /// <summary>The gradient, or 0 where ReLU closed: where y is at most <paramref name="closed"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gated(
        Vector512<float> distance, Vector512<float> dY, float scale, float shift, float closed) =>
        Vector512.AndNot(dY, Vector512.LessThanOrEqual(
            (distance * Vector512.Create(scale)) + Vector512.Create(shift), Vector512.Create(closed)));
}
