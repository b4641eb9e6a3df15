// The host bodies of NormReluPool. A part is a channel, as in BatchNorm1dHost: short rows are copied side by side, and
// where windows end with a row they are one long row.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="NormReluPool"/>.</summary>
internal static unsafe class NormReluPoolHost
{
    /// <summary>Floats of scratch.</summary>
    public static long ScratchLength(ComputeDevice device, BatchNormShape shape) =>
        BatchNorm1dHost.ScratchLength(device, shape);

    public static void Train(
        ComputeDevice device, in BatchNormNumbers n, int window, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> beta, Tensor<float> runningMean, Tensor<float> runningVariance, Tensor<float> statistics,
        Tensor<float> y)
    {
        var body = new TrainBody(
            n, window, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
            statistics.Address, y.Address, BatchNorm1dHost.Scratch(device, n));
        device.Workers.Run(n.Channels, body);
    }

    public static void Backward(
        ComputeDevice device, in BatchNormNumbers n, int window, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> beta, Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma, Tensor<float> dBeta,
        Tensor<float>? dX)
    {
        var body = new BackwardBody(
            n, window, x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address,
            dBeta.Address, dX is null ? null : dX.Address, BatchNorm1dHost.Scratch(device, n));
        device.Workers.Run(n.Channels, body);
    }

    /// <summary>A channel's rows of x, in its place or copied, and of y or dY; as one row each where they may be.</summary>
    private readonly ref struct Channel
    {
        public readonly ChannelRows Values;
        public readonly ChannelRows Pooled;
        public readonly ChannelRows Target;
        public readonly float* Copy;
        public readonly float* PooledCopy;

        public Channel(in BatchNormNumbers n, int window, int channel, float* x, float* y, float* copy)
        {
            int windows = n.Length / window;
            Values = ChannelRows.Of(x, n, channel);
            Target = Pooled = new ChannelRows(
                y + ((long)channel * windows), n.Batch, windows, (long)n.Channels * windows);
            Copy = copy;
            PooledCopy = copy == null ? null : copy + BatchNorm1dHost.CopyLength(n.Count);
            if (copy == null)
            {
                return;
            }

            ChannelRows one = Values.CopyTo(copy);
            bool fits = n.Length % window == 0;
            Values = fits ? one : new ChannelRows(copy, n.Batch, n.Length, n.Length);
            Pooled = fits
                ? new ChannelRows(PooledCopy, 1, n.Batch * windows, 0)
                : new ChannelRows(PooledCopy, n.Batch, windows, windows);
        }
    }

    private readonly struct TrainBody(
        BatchNormNumbers n, int window, float* x, float* gamma, float* beta, float* runningMean,
        float* runningVariance, float* statistics, float* y, float* scratch) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* copy = scratch == null ? null : scratch + (2 * BatchNorm1dHost.CopyLength(n.Count) * worker);
            var channel = new Channel(n, window, part, x, y, copy);
            ChannelRows all = copy == null ? channel.Values : new ChannelRows(copy, 1, n.Count, 0);
            (float mean, float inverse) = ChannelMoments.Learn(
                n, part, all, runningMean, runningVariance, statistics);
            var map = new ChannelMap(mean, gamma[part] * inverse, beta[part]);
            for (int row = 0; row < channel.Values.Count; row++)
            {
                Forward(channel.Values[row], channel.Pooled.Length, map, channel.Pooled[row]);
            }

            if (copy != null)
            {
                channel.Target.CopyFrom(channel.PooledCopy);
            }
        }

        private void Forward(float* values, int windows, in ChannelMap map, float* to)
        {
            switch (HostSimd.Lanes)
            {
                case 16:
                    NormReluPoolTiles<FloatVector512>.Forward(window, values, windows, map, to);
                    break;
                case 8:
                    NormReluPoolTiles<FloatVector256>.Forward(window, values, windows, map, to);
                    break;
                default:
                    NormReluPoolTiles<FloatVector128>.Forward(window, values, windows, map, to);
                    break;
            }
        }
    }

    private readonly struct BackwardBody(
        BatchNormNumbers n, int window, float* x, float* gamma, float* beta, float* statistics, float* dY,
        float* dGamma, float* dBeta, float* dX, float* scratch) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* copy = scratch == null ? null : scratch + (2 * BatchNorm1dHost.CopyLength(n.Count) * worker);
            var channel = new Channel(n, window, part, x, dY, copy);
            if (copy != null)
            {
                channel.Target.CopyTo(channel.PooledCopy);
            }

            float inverse = statistics[n.Channels + part];
            var map = new ChannelMap(statistics[part], gamma[part] * inverse, beta[part]);
            double sum = 0;
            double sumByValue = 0;
            for (int row = 0; row < channel.Values.Count; row++)
            {
                AddGradients(
                    channel.Values[row], channel.Pooled.Length, map, channel.Pooled[row], ref sum, ref sumByValue);
            }

            sumByValue *= inverse;
            dBeta[part] += (float)sum;
            dGamma[part] += (float)sumByValue;
            if (dX == null)
            {
                return;
            }

            float centre = (float)(sum / n.Count);
            float slope = (float)(sumByValue * inverse / n.Count);
            ChannelRows to = ChannelRows.Of(dX, n, part);
            for (int row = 0; row < channel.Values.Count; row++)
            {
                // A copy may be written over: each window is read before it is written.
                float* target = copy == null ? to[row] : channel.Values[row];
                InputGradient(
                    channel.Values[row], channel.Values.Length, channel.Pooled.Length, map, channel.Pooled[row],
                    centre, slope, target);
            }

            if (copy != null)
            {
                to.CopyFrom(copy);
            }
        }

        private void AddGradients(
            float* values, int windows, in ChannelMap map, float* gradient, ref double sum, ref double sumByValue)
        {
            switch (HostSimd.Lanes)
            {
                case 16:
                    NormReluPoolTiles<FloatVector512>.AddGradients(
                        window, values, windows, map, gradient, ref sum, ref sumByValue);
                    break;
                case 8:
                    NormReluPoolTiles<FloatVector256>.AddGradients(
                        window, values, windows, map, gradient, ref sum, ref sumByValue);
                    break;
                default:
                    NormReluPoolTiles<FloatVector128>.AddGradients(
                        window, values, windows, map, gradient, ref sum, ref sumByValue);
                    break;
            }
        }

        private void InputGradient(
            float* values, int length, int windows, in ChannelMap map, float* gradient, float centre, float slope,
            float* to)
        {
            switch (HostSimd.Lanes)
            {
                case 16:
                    NormReluPoolTiles<FloatVector512>.InputGradient(
                        window, values, length, windows, map, gradient, centre, slope, to);
                    break;
                case 8:
                    NormReluPoolTiles<FloatVector256>.InputGradient(
                        window, values, length, windows, map, gradient, centre, slope, to);
                    break;
                default:
                    NormReluPoolTiles<FloatVector128>.InputGradient(
                        window, values, length, windows, map, gradient, centre, slope, to);
                    break;
            }
        }
    }
}
