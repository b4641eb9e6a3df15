// How the gradient of three taps runs on the host by minimal filtering (Winograd.cs):
//   sums[point][channel, filter] = sum over tiles of (B x)[point][channel, tile] (G' dY)[point][tile, filter]
//   dWeight[filter, channel]    += A' sums[.][channel, filter]
// Tiles of all clips lie one behind the other; a block of them, transformed, fills the second cache. Block after block:
//   1  transform x, parts are channels; transpose and transform dY, parts are vectors of filters, which also sum dBias
//   2  add to the sums, parts are point x panel of filters x share of the channels: 6 channels x 64 filters in registers
// Each sum belongs to one part and adds the blocks in order, so the bits do not depend on the number of workers.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="Conv1d"/>'s dense gradient of the weights by minimal filtering.</summary>
internal sealed unsafe class WinogradWeightPlan : IWeightGradientPlan
{
    private const int Taps = 3;

    // Tiles of a sum in registers: a panel of dY for them stays in the first cache.
    private const int MostSteps = 128;

    // Floats of a transformed block.
    private const int MostTransformed = 512 * 1024;

    private const int ChannelsOfPart = 8;

    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly int chunks;
    private readonly int unitTiles;
    private readonly int unitsOfBlock;
    private readonly int pitch;
    private readonly int paddedChannels;
    private readonly int paddedFilters;
    private readonly int panel;
    private readonly int shares;
    private readonly int rowPitch;
    private readonly int[] offsets;

    /// <summary>Plans for one shape.</summary>
    public WinogradWeightPlan(ComputeDevice device, Conv1dShape shape)
    {
        this.device = device;
        this.shape = shape;
        int lanes = ConvolutionTiles.Lanes;
        int clipTiles = Winograd.TilesOf(shape.OutputLength);
        chunks = (clipTiles + MostSteps - 1) / MostSteps;
        unitTiles = (clipTiles + chunks - 1) / chunks;
        int bands = (shape.Channels + ConvolutionTiles.WeightRows - 1) / ConvolutionTiles.WeightRows;
        paddedChannels = bands * ConvolutionTiles.WeightRows;
        paddedFilters = (shape.Filters + lanes - 1) / lanes * lanes;
        panel = Math.Min(paddedFilters, ConvolutionTiles.WeightVectors * lanes);
        shares = Math.Min(bands, 4);
        int most = MostTransformed / (Winograd.Points * (shape.Channels + paddedFilters) * unitTiles);
        unitsOfBlock = (int)Math.Min(Math.Max(1, most), (long)shape.Batch * chunks);
        pitch = ((unitsOfBlock * unitTiles) + lanes + 15) / 16 * 16;
        if (pitch % 512 == 0)
        {
            pitch += 16; // Rows a multiple of 2 KiB apart would share the same few sets of the cache.
        }

        rowPitch = ((Winograd.Outputs * ((unitTiles + lanes - 1) / lanes * lanes)) + (Winograd.Outputs * lanes) + 79)
            / 64 * 64;
        offsets = GC.AllocateUninitializedArray<int>(paddedChannels, pinned: true);
        for (int channel = 0; channel < paddedChannels; channel++)
        {
            offsets[channel] = Math.Min(channel, shape.Channels - 1) * pitch;
        }

        device.Scratch.Reserve(ScratchLength);
    }

    private long Units => (long)shape.Batch * chunks;

    private int Vectors => paddedFilters / ConvolutionTiles.Lanes;

    private int Panels => (paddedFilters + panel - 1) / panel;

    private long DataPlane => (long)shape.Channels * pitch;

    private long GradientPlane => (long)pitch * paddedFilters;

    private long SumPlane => (long)paddedChannels * paddedFilters;

    /// <summary>Rows of x, or of dY as they are and transposed; or the taps of a vector of filters.</summary>
    private long WorkerLength => Math.Max(
        2L * ConvolutionTiles.Lanes * rowPitch, 2L * Taps * shape.Channels * ConvolutionTiles.Lanes);

    private long ScratchLength =>
        (Winograd.Points * (DataPlane + GradientPlane + SumPlane)) + paddedFilters +
        (device.Workers.Count * WorkerLength);

    /// <inheritdoc/>
    public void Run<TGradient>(TensorRows x, in TGradient dY, float* dWeight, float* dBias)
        where TGradient : struct, IHostRows
    {
        HostWorkers workers = device.Workers;
        float* scratch = device.Scratch.TakeAddress(ScratchLength);
        float* totals = scratch + (Winograd.Points * (DataPlane + GradientPlane + SumPlane));
        new Span<float>(totals, paddedFilters).Clear();
        int channelParts = (shape.Channels + ChannelsOfPart - 1) / ChannelsOfPart;
        for (long unit = 0; unit < Units; unit += unitsOfBlock)
        {
            int units = (int)Math.Min(unitsOfBlock, Units - unit);
            workers.Run(
                channelParts + Vectors, new TransformBody<TGradient>(this, scratch, channelParts, unit, units, x, dY));
            workers.Run(
                Winograd.Points * Panels * shares, new SumBody(this, scratch, units * unitTiles, add: unit > 0));
        }

        workers.Run(Vectors, new TapsBody(this, scratch, dWeight, dBias));
    }

    /// <summary>Transforms some channels of x, or a vector of filters of dY, for a block.</summary>
    private readonly struct TransformBody<TGradient>(
        WinogradWeightPlan plan, float* scratch, int channelParts, long firstUnit, int units, TensorRows x,
        TGradient dY) : IHostBody
        where TGradient : struct, IHostRows
    {
        public void Run(int part, int worker)
        {
            float* rows = scratch + plan.ScratchLength - ((worker + 1) * plan.WorkerLength);
            if (part < channelParts)
            {
                Data(part * ChannelsOfPart, rows);
            }
            else
            {
                Gradient(part - channelParts, rows);
            }
        }

        private void Data(int channel, float* rows)
        {
            int count = Math.Min(ChannelsOfPart, plan.shape.Channels - channel);
            int width = (Winograd.Outputs * plan.unitTiles) + Winograd.Overlap;
            for (int one = 0; one < units; one++)
            {
                (int clip, int step) = Place(one);
                int start = step - plan.shape.Padding;
                for (int i = 0; i < count; i++)
                {
                    x.Pack(clip, channel + i, start, 1, rows + (i * plan.rowPitch), width);
                }

                float* to = scratch + ((long)channel * plan.pitch) + (one * plan.unitTiles);
                for (int i = 0; i < count; i++, to += plan.pitch)
                {
                    Winograd.Data(rows + (i * plan.rowPitch), plan.unitTiles, to, plan.DataPlane);
                }
            }
        }

        private void Gradient(int vector, float* rows)
        {
            int lanes = ConvolutionTiles.Lanes;
            int first = vector * lanes;
            int count = Math.Min(lanes, plan.shape.Filters - first);
            int width = Winograd.Outputs * plan.unitTiles;
            float* transposed = rows + (lanes * plan.rowPitch);
            if (count < lanes)
            {
                new Span<float>(rows + (count * plan.rowPitch), (lanes - count) * plan.rowPitch).Clear();
            }

            // Panels of up to 64 filters stand one behind the other; a tile's filters lie side by side.
            int panel = first / plan.panel * plan.panel;
            int ofPanel = Math.Min(plan.panel, plan.paddedFilters - panel);
            float* to = scratch + (Winograd.Points * plan.DataPlane) + ((long)panel * plan.pitch) + (first - panel);
            float* total = scratch + (Winograd.Points * (plan.DataPlane + plan.GradientPlane + plan.SumPlane)) + first;
            for (int one = 0; one < units; one++)
            {
                (int clip, int step) = Place(one);
                // What follows the chunk belongs to the next.
                int own = Math.Min(width, plan.shape.OutputLength - step);
                for (int i = 0; i < count; i++)
                {
                    float* row = rows + (i * plan.rowPitch);
                    dY.Pack(clip, first + i, step, 1, row, own);
                    new Span<float>(row + own, width - own).Clear();
                }

                HostTranspose.Run(rows, plan.rowPitch, lanes, width, transposed, lanes);
                Winograd.Gradient(
                    transposed, plan.unitTiles, to + ((long)one * plan.unitTiles * ofPanel), ofPanel,
                    plan.GradientPlane, total);
            }
        }

        private (int Clip, int Step) Place(int one)
        {
            long unit = firstUnit + one;
            return ((int)(unit / plan.chunks), (int)(unit % plan.chunks) * plan.unitTiles * Winograd.Outputs);
        }
    }

    /// <summary>Adds a block to the sums of one point, one panel of filters and a share of the channels.</summary>
    private readonly struct SumBody(WinogradWeightPlan plan, float* scratch, int tiles, bool add) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int lanes = ConvolutionTiles.Lanes;
            int point = part / (plan.Panels * plan.shares);
            int panel = part / plan.shares % plan.Panels * plan.panel;
            int share = part % plan.shares;
            int ofPanel = Math.Min(plan.panel, plan.paddedFilters - panel);
            int bands = plan.paddedChannels / ConvolutionTiles.WeightRows;
            int firstBand = bands * share / plan.shares;
            int endBand = bands * (share + 1) / plan.shares;
            float* data = scratch + (point * plan.DataPlane);
            float* gradient = scratch + (Winograd.Points * plan.DataPlane) + (point * plan.GradientPlane) +
                ((long)panel * plan.pitch);
            float* sums = scratch + (Winograd.Points * (plan.DataPlane + plan.GradientPlane)) +
                (point * plan.SumPlane) + panel;
            int* offsets = (int*)Unsafe.AsPointer(ref plan.offsets[0]);
            for (int tile = 0; tile < tiles; tile += MostSteps)
            {
                int steps = Math.Min(MostSteps, tiles - tile);
                for (int band = firstBand; band < endBand; band++)
                {
                    int row = band * ConvolutionTiles.WeightRows;
                    ConvolutionTiles.Weight(
                        ofPanel / lanes, data + tile, offsets + row, steps, gradient + ((long)tile * ofPanel),
                        sums + ((long)row * plan.paddedFilters), plan.paddedFilters, add || tile > 0);
                }
            }
        }
    }

    /// <summary>Gives the taps of one vector of filters, and its bias.</summary>
    private readonly struct TapsBody(WinogradWeightPlan plan, float* scratch, float* dWeight, float* dBias) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int lanes = ConvolutionTiles.Lanes;
            int first = part * lanes;
            int count = Math.Min(lanes, plan.shape.Filters - first);
            int rows = Taps * plan.shape.Channels;
            float* sums = scratch + (Winograd.Points * (plan.DataPlane + plan.GradientPlane)) + first;
            float* taps = scratch + plan.ScratchLength - ((worker + 1) * plan.WorkerLength);
            float* transposed = taps + ((long)rows * lanes);
            for (int channel = 0; channel < plan.shape.Channels; channel++)
            {
                Winograd.Taps3(
                    sums + ((long)channel * plan.paddedFilters), plan.SumPlane, taps + ((long)channel * Taps * lanes));
            }

            HostTranspose.Run(taps, lanes, rows, lanes, transposed, rows);
            float* to = dWeight + ((long)first * rows);
            for (int i = 0; i < count * rows; i++)
            {
                to[i] += transposed[i];
            }

            if (dBias != null)
            {
                float* totals = scratch +
                    (Winograd.Points * (plan.DataPlane + plan.GradientPlane + plan.SumPlane)) + first;
                for (int f = 0; f < count; f++)
                {
                    dBias[first + f] += totals[f];
                }
            }
        }
    }
}
