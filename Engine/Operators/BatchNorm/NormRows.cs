// How a batch normalisation in training runs on the host, with what is fused behind it:
//   1  each row's moments (forward) or sums of gradients (backward)      parts: some rows, side by side in memory
//   2  those of channels, over clips in order                            parts: eight channels
//   3  y or dX, row by row                                               parts as in 1
// Workers have the same rows in 1 and 3, and the same clips as in the convolutions before and after: what a core reads
// it wrote itself a moment ago, or will. Parts of whole channels would read half of their rows out of the other cores'
// caches, a clip apart. Where the convolution took the moments itself (RowMomentsSink), 1 falls away.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of a batch normalisation whose rows become what <typeparamref name="TRow"/> says.</summary>
internal sealed unsafe class NormRows<TRow> where TRow : struct, INormRow
{
    // Values of a part: it stays in the first cache, and is worth a claim.
    private const int PartLength = 8 * 1024;

    private readonly ComputeDevice device;
    private readonly BatchNormNumbers n;
    private readonly TRow row;
    private readonly int rowsOfPart;

    // [2, C] floats, what backward takes from a channel's gradients; then the sums of pieces of rows.
    private readonly Tensor<double> room;

    /// <summary>Plans one normalisation.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="numbers">The normalisation.</param>
    /// <param name="row">What becomes of a row.</param>
    /// <param name="leastPiece">Steps of the shortest pieces of a row that moments are taken of, the last one aside.</param>
    public NormRows(ComputeDevice device, in BatchNormNumbers numbers, TRow row, int leastPiece)
    {
        this.device = device;
        n = numbers;
        this.row = row;
        rowsOfPart = Math.Max(1, PartLength / n.Length);
        long rows = n.Batch * (((long)n.Length + leastPiece - 1) / leastPiece);
        room = device.Allocate<double>(new Shape(checked((int)(n.Channels + RowSums.LengthOf(n.Channels, rows)))));
    }

    private int Parts => ((n.Batch * n.Channels) + rowsOfPart - 1) / rowsOfPart;

    /// <summary>
    /// Where whoever has the rows in pieces of so many steps stores their moments: mean and squared distances, for each
    /// clip and piece.
    /// </summary>
    public RowSums Moments(int piece)
    {
        int rows = n.Batch * ((n.Length + piece - 1) / piece);
        if (n.Channels + RowSums.LengthOf(n.Channels, rows) > room.Length)
        {
            throw new InvalidOperationException($"pieces of {piece} steps are shorter than planned");
        }

        return new RowSums(room.Address + n.Channels, n.Channels, rows);
    }

    /// <summary>Takes the moments of all rows as a whole, where nobody has.</summary>
    public void TakeMoments(float* x) =>
        device.Workers.Run(Parts, HostWork.OfFloats(2L * n.Values), new MomentsBody(this, x, Moments(n.Length)));

    /// <summary>y, statistics and the running ones from the moments of such pieces.</summary>
    public void Train(
        int piece, float* x, float* gamma, float* beta, float* runningMean, float* runningVariance, float* statistics,
        float* y)
    {
        new ChannelStatistics(n, statistics, runningMean, runningVariance).Learn(device, Moments(piece), piece);
        device.Workers.Run(
            Parts, HostWork.OfFloats(2L * n.Values), new ForwardBody(this, x, gamma, beta, statistics, y));
    }

    /// <summary>dGamma += ..., dBeta += ..., dX = ..., if any.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="gamma">[C].</param>
    /// <param name="beta">[C].</param>
    /// <param name="statistics">[2, C].</param>
    /// <param name="dY">Of y.</param>
    /// <param name="dGamma">[C].</param>
    /// <param name="dBeta">[C].</param>
    /// <param name="dX">[B, C, T], or null.</param>
    /// <param name="trained">Whether statistics are of these values.</param>
    public void Backward(
        float* x, float* gamma, float* beta, float* statistics, float* dY, float* dGamma, float* dBeta, float* dX,
        bool trained)
    {
        RowSums sums = Moments(n.Length);
        float* slopes = (float*)room.Address;
        device.Workers.Run(
            Parts, HostWork.OfFloats(2L * n.Values), new SumsBody(this, x, gamma, beta, statistics, dY, sums));
        int blocks = (n.Channels + RowSums.Lanes - 1) / RowSums.Lanes;
        device.Workers.Run(
            blocks, HostWork.OfFloats(4L * n.Batch * n.Channels),
            new ParametersBody(n, sums, statistics, dGamma, dBeta, slopes, trained));
        if (dX != null)
        {
            device.Workers.Run(
                Parts, HostWork.OfFloats(3L * n.Values),
                new InputGradientBody(this, x, gamma, beta, statistics, dY, slopes, dX));
        }
    }

    private (int First, int End) Rows(int part)
    {
        int first = part * rowsOfPart;
        return (first, Math.Min(first + rowsOfPart, n.Batch * n.Channels));
    }

    private readonly struct MomentsBody(NormRows<TRow> plan, float* x, RowSums moments) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int channels = plan.n.Channels;
            (int first, int end) = plan.Rows(part);
            double* means = stackalloc double[HostMoments.RowsAtOnce];
            double* squares = stackalloc double[HostMoments.RowsAtOnce];
            for (int row = first; row < end;)
            {
                int count = Math.Min(HostMoments.RowsAtOnce, end - row);
                HostMoments.OfRows(
                    x + ((long)row * plan.n.Length), plan.n.Length, count, plan.n.Length, means, squares);
                for (int i = 0; i < count; i++, row++)
                {
                    moments.Store(row / channels, row % channels, means[i], squares[i]);
                }
            }
        }
    }

    private readonly struct ForwardBody(
        NormRows<TRow> plan, float* x, float* gamma, float* beta, float* statistics, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = plan.Rows(part);
            for (int row = first; row < end; row++)
            {
                plan.row.Forward(
                    x + ((long)row * plan.n.Length),
                    ChannelMap.Of(plan.n, row % plan.n.Channels, gamma, beta, statistics),
                    y + ((long)row * plan.row.OutputLength));
            }
        }
    }

    private readonly struct SumsBody(
        NormRows<TRow> plan, float* x, float* gamma, float* beta, float* statistics, float* dY, RowSums sums)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            int channels = plan.n.Channels;
            (int first, int end) = plan.Rows(part);
            for (int row = first; row < end; row++)
            {
                double sum = 0;
                double sumByDistance = 0;
                plan.row.AddGradients(
                    x + ((long)row * plan.n.Length),
                    ChannelMap.Of(plan.n, row % channels, gamma, beta, statistics),
                    dY + ((long)row * plan.row.OutputLength), ref sum, ref sumByDistance);
                sums.Store(row / channels, row % channels, sum, sumByDistance);
            }
        }
    }

    /// <summary>The gradients of eight channels' parameters, and what is taken from those of their values.</summary>
    private readonly struct ParametersBody(
        BatchNormNumbers n, RowSums sums, float* statistics, float* dGamma, float* dBeta, float* slopes, bool trained)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            int first = part * RowSums.Lanes;
            (var sum, var sumByDistance) = sums.Totals(first);
            for (int lane = 0; lane < Math.Min(RowSums.Lanes, n.Channels - first); lane++)
            {
                int channel = first + lane;
                var shares = new ChannelShares(
                    n, channel, statistics, sum[lane], sumByDistance[lane], trained);
                dBeta[channel] += shares.OfBeta;
                dGamma[channel] += shares.OfGamma;
                slopes[channel] = shares.Centre;
                slopes[n.Channels + channel] = shares.Slope;
            }
        }
    }

    private readonly struct InputGradientBody(
        NormRows<TRow> plan, float* x, float* gamma, float* beta, float* statistics, float* dY, float* slopes,
        float* dX) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int channels = plan.n.Channels;
            (int first, int end) = plan.Rows(part);
            for (int row = first; row < end; row++)
            {
                int channel = row % channels;
                long at = (long)row * plan.n.Length;
                plan.row.InputGradient(
                    x + at, ChannelMap.Of(plan.n, channel, gamma, beta, statistics),
                    dY + ((long)row * plan.row.OutputLength), slopes[channel], slopes[channels + channel], dX + at);
            }
        }
    }
}
