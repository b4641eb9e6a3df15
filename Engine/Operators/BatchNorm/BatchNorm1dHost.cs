// The host bodies of BatchNorm1d: rows of some steps go as NormRows.cs has it. Rows of a few, such as those of [B, C],
// would end before a vector does: there a part is a channel, whose values are copied side by side.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="BatchNorm1d"/>, planned for one shape.</summary>
internal sealed unsafe class BatchNorm1dHost
{
    // Rows below are copied.
    private const int LeastRow = 4;

    private readonly ComputeDevice device;
    private readonly BatchNormNumbers n;
    private readonly NormRows<NormRow>? rows;

    public BatchNorm1dHost(ComputeDevice device, in BatchNormNumbers numbers)
    {
        this.device = device;
        n = numbers;
        if (n.Length >= LeastRow)
        {
            rows = new NormRows<NormRow>(device, n, new NormRow(n), n.Length);
        }
        else
        {
            device.Scratch.ReserveRooms(2 * CopyLength);
        }
    }

    // A worker has room for two copies of a channel.
    private long CopyLength => (n.Count + 63L) / 64 * 64;

    public void Train(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y)
    {
        if (rows is not null)
        {
            rows.TakeMoments(x.Address);
            rows.Train(
                n.Length, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
                statistics.Address, y.Address);
            return;
        }

        var to = new ChannelStatistics(n, statistics.Address, runningMean.Address, runningVariance.Address);
        device.Workers.Run(
            n.Channels, HostWork.OfFloats(5L * n.Values),
            new TrainBody(
                n, x.Address, gamma.Address, beta.Address, statistics.Address, to, y.Address,
                device.Scratch.TakeRooms(2 * CopyLength)));
    }

    public void Infer(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> runningMean,
        Tensor<float> runningVariance, Tensor<float> statistics, Tensor<float> y) => device.Workers.Run(
            n.Batch, HostWork.OfFloats(2L * n.Values),
            new InferBody(
                n, x.Address, gamma.Address, beta.Address, runningMean.Address, runningVariance.Address,
                statistics.Address, y.Address));

    public void Backward(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, Tensor<float> statistics, Tensor<float> dY,
        Tensor<float> dGamma, Tensor<float> dBeta, Tensor<float>? dX, bool trained)
    {
        float* target = dX is null ? null : dX.Address;
        if (rows is not null)
        {
            rows.Backward(
                x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address, dBeta.Address,
                target, trained);
            return;
        }

        device.Workers.Run(
            n.Channels, HostWork.OfFloats(6L * n.Values),
            new BackwardBody(
                n, x.Address, gamma.Address, beta.Address, statistics.Address, dY.Address, dGamma.Address,
                dBeta.Address, target, device.Scratch.TakeRooms(2 * CopyLength), CopyLength, trained));
    }

    private readonly struct TrainBody(
        BatchNormNumbers n, float* x, float* gamma, float* beta, float* statistics, ChannelStatistics to, float* y,
        WorkerRooms rooms) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* copy = rooms[worker];
            ChannelRows.Of(x, n, part).CopyTo(copy);
            (double mean, double squares) = HostMoments.Of(copy, n.Count);
            to.Keep(part, mean, squares / n.Count);
            HostNormRelu.Forward(copy, n.Count, ChannelMap.Of(n, part, gamma, beta, statistics), n.Floor, copy);
            ChannelRows.Of(y, n, part).CopyFrom(copy);
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
                var map = new ChannelMap(mean, gamma[channel] * inverse, beta[channel]);
                HostNormRelu.Forward(x + at, n.Length, map, n.Floor, y + at);
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
        float* dBeta, float* dX, WorkerRooms rooms, long copyLength, bool trained) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* values = rooms[worker];
            float* gradients = values + copyLength;
            ChannelRows.Of(x, n, part).CopyTo(values);
            ChannelRows.Of(dY, n, part).CopyTo(gradients);
            ChannelMap map = ChannelMap.Of(n, part, gamma, beta, statistics);
            double sum = 0;
            double sumByDistance = 0;
            HostNormRelu.AddGradients(values, n.Count, map, n.Open, gradients, ref sum, ref sumByDistance);
            var shares = new ChannelShares(n, part, statistics, sum, sumByDistance, trained);
            dBeta[part] += shares.OfBeta;
            dGamma[part] += shares.OfGamma;
            if (dX != null)
            {
                HostNormRelu.InputGradient(
                    values, n.Count, map, n.Open, gradients, shares.Centre, shares.Slope, gradients);
                ChannelRows.Of(dX, n, part).CopyFrom(gradients);
            }
        }
    }
}
