using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The statistics of a batch normalisation on the host: where they stand, and how they are learnt.</summary>
/// <param name="n">The normalisation.</param>
/// <param name="statistics">[2, C]: mean and inverse deviation, assigned.</param>
/// <param name="runningMean">[C], moved.</param>
/// <param name="runningVariance">[C], moved; not where a channel has one value alone.</param>
internal readonly unsafe struct ChannelStatistics(
    BatchNormNumbers n, float* statistics, float* runningMean, float* runningVariance)
{
    /// <summary>
    /// Learns all channels from the means (first) and squared distances (second) of the pieces of their rows, put
    /// together as T. Chan, G. Golub and R. LeVeque do ("Algorithms for Computing the Sample Variance", 1983): a large
    /// mean costs no digits.
    /// </summary>
    /// <param name="device">Whose workers do it.</param>
    /// <param name="moments">Of the pieces.</param>
    /// <param name="piece">Values of each piece of a row but the last, which may have fewer.</param>
    public void Learn(ComputeDevice device, in RowSums moments, int piece)
    {
        int blocks = (n.Channels + RowSums.Lanes - 1) / RowSums.Lanes;
        device.Workers.Run(
            blocks, HostWork.OfFloats(4L * blocks * RowSums.Lanes * moments.Rows), new LearnBody(this, moments, piece));
    }

    /// <summary>Keeps a channel's mean, and its variance as mean square of the distances from it.</summary>
    public void Keep(int channel, double mean, double variance)
    {
        statistics[channel] = (float)mean;
        statistics[n.Channels + channel] = (float)(1 / Math.Sqrt(variance + n.Epsilon));
        runningMean[channel] += n.Momentum * ((float)mean - runningMean[channel]);
        if (n.Count > 1)
        {
            float unbiased = (float)(variance * n.Count / (n.Count - 1));
            runningVariance[channel] += n.Momentum * (unbiased - runningVariance[channel]);
        }
    }

    private readonly struct LearnBody(ChannelStatistics to, RowSums moments, int piece) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int channel = part * RowSums.Lanes;
            int pieces = (to.Length + piece - 1) / piece;
            int last = to.Length - ((pieces - 1) * piece);
            Vector512<double> sum = default;
            for (int row = 0; row < moments.Rows; row++)
            {
                int count = (row + 1) % pieces == 0 ? last : piece;
                sum += moments.First(row, channel) * count;
            }

            Vector512<double> mean = sum / to.Count;
            Vector512<double> squares = default;
            for (int row = 0; row < moments.Rows; row++)
            {
                int count = (row + 1) % pieces == 0 ? last : piece;
                Vector512<double> distance = moments.First(row, channel) - mean;
                squares += moments.Second(row, channel) + (distance * distance * count);
            }

            Vector512<double> variance = squares / to.Count;
            for (int lane = 0; lane < Math.Min(RowSums.Lanes, to.Channels - channel); lane++)
            {
                to.Keep(channel + lane, mean[lane], variance[lane]);
            }
        }
    }

    private int Length => n.Length;

    private int Count => n.Count;

    private int Channels => n.Channels;
}
