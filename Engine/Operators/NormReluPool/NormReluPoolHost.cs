// The host bodies of NormReluPool. A part is a channel, as in BatchNorm1dHost. Short rows are copied side by side: first
// what windows take of each, so that all windows are one long row, then what is left of each behind its last window.
using System.Runtime.CompilerServices;
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
        device.Workers.Run(n.Channels, HostWork.OfFloats(5L * x.Length), body);
    }

    public static void Backward(
        ComputeDevice device, in BatchNormNumbers n, int window, Tensor<float> x, Tensor<float> gamma,
        Tensor<float> beta, Tensor<float> statistics, Tensor<float> dY, Tensor<float> dGamma, Tensor<float> dBeta,
        Tensor<float>? dX)
    {
        var body = new BackwardBody(
            n, window, x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address,
            dBeta.Address, dX is null ? null : dX.Address, BatchNorm1dHost.Scratch(device, n));
        device.Workers.Run(n.Channels, HostWork.OfFloats(5L * x.Length), body);
    }

    /// <summary>A channel's rows of x and of y or dY, in their places or copied.</summary>
    private readonly ref struct Channel
    {
        /// <summary>The values that windows take.</summary>
        public readonly ChannelRows Values;

        /// <summary>y or dY of the same rows.</summary>
        public readonly ChannelRows Pooled;

        private readonly ChannelRows whole;
        private readonly ChannelRows pooledPlaces;
        private readonly float* copy;
        private readonly int taken;
        private readonly int left;

        public Channel(in BatchNormNumbers n, int window, int channel, float* x, float* y, float* copy)
        {
            int windows = n.Length / window;
            whole = ChannelRows.Of(x, n, channel);
            pooledPlaces = new ChannelRows(
                y + ((long)channel * windows), n.Batch, windows, (long)n.Channels * windows);
            taken = windows * window;
            left = n.Length - taken;
            this.copy = copy;
            Values = copy == null ? whole : new ChannelRows(copy, 1, n.Count, 0);
            Pooled = copy == null
                ? pooledPlaces
                : new ChannelRows(copy + BatchNorm1dHost.CopyLength(n.Count), 1, n.Batch * windows, 0);
            if (copy != null)
            {
                Copy(whole, toPlaces: false);
            }
        }

        /// <summary>Copies dY where it is worked on in a copy.</summary>
        public void CopyPooled()
        {
            if (copy != null)
            {
                pooledPlaces.CopyTo(Pooled[0]);
            }
        }

        /// <summary>Writes y to its places where it was made in a copy.</summary>
        public void StorePooled()
        {
            if (copy != null)
            {
                pooledPlaces.CopyFrom(Pooled[0]);
            }
        }

        /// <summary>Writes dX, which took the place of the copied values, to its places.</summary>
        public void StoreValues(in ChannelRows to)
        {
            if (copy != null)
            {
                Copy(to, toPlaces: true);
            }
        }

        private void Copy(in ChannelRows rows, bool toPlaces)
        {
            float* rest = copy + ((long)rows.Count * taken);
            for (int row = 0; row < rows.Count; row++)
            {
                float* place = rows[row];
                Move(place, copy + ((long)row * taken), taken, toPlaces);
                Move(place + taken, rest + ((long)row * left), left, toPlaces);
            }
        }

        private static void Move(float* place, float* copy, int count, bool toPlace) => Unsafe.CopyBlockUnaligned(
            toPlace ? place : copy, toPlace ? copy : place, (uint)count * sizeof(float));
    }

    private readonly struct TrainBody(
        BatchNormNumbers n, int window, float* x, float* gamma, float* beta, float* runningMean,
        float* runningVariance, float* statistics, float* y, float* scratch) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* copy = scratch == null ? null : scratch + (2 * BatchNorm1dHost.CopyLength(n.Count) * worker);
            var channel = new Channel(n, window, part, x, y, copy);
            (float mean, float inverse) = ChannelMoments.Learn(
                n, part, channel.Values, runningMean, runningVariance, statistics);
            var map = new ChannelMap(mean, gamma[part] * inverse, beta[part]);
            for (int row = 0; row < channel.Values.Count; row++)
            {
                Forward(channel.Values[row], channel.Pooled.Length, map, channel.Pooled[row]);
            }

            channel.StorePooled();
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
            channel.CopyPooled();
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

            channel.StoreValues(to);
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
