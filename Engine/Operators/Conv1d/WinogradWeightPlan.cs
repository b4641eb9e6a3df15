// How the gradient of three taps runs on the host by minimal filtering (Winograd.cs):
//   sums[point][channel, filter] = sum over tiles of (B x)[point][channel, tile] (G' dY)[point][tile, filter]
//   dWeight[filter, channel]    += A' sums[.][channel, filter]
// Parts are blocks of clips, each worked on by one worker alone: what it transforms and sums stays in its second cache
// (shared between workers it would be fetched from the other's). A block goes step by step: so many tiles of its clips
// that they and the sums fit there are transformed, dY after it was transposed; then, for each point, panel of filters and
// band of channels, 6 channels x 64 filters are summed in registers. In the end the sums of a block become taps.
// Order of summation: within a step in registers; the steps of a block one after the other; the taps of the blocks in
// order. Blocks are cut by the shape alone, so the bits do not depend on the number of workers.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="Conv1d"/>'s dense gradient of the weights by minimal filtering.</summary>
internal sealed unsafe class WinogradWeightPlan : IWeightGradientPlan
{
    private const int Taps = 3;

    // What blocks leave is added in the end: few where the work is little, and enough for the cores where it is much.
    private const int FewBlocks = 4;
    private const int MaxBlocks = 16;
    private const int StepsOfBlock = 8;

    // Tiles of a step: a panel of dY for them stays in the first cache.
    private const int MaxTiles = 128;

    // Floats of a transformed step: half of a second cache of 1 MiB.
    private const int MostTransformed = 128 * 1024;

    // Rows that are packed before they are transformed: stores of a row have then left for the cache.
    private const int RowsAtOnce = 4;

    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly int chunks;
    private readonly int unitTiles;
    private readonly int unitsOfStep;
    private readonly int blocks;
    private readonly int pitch;
    private readonly int paddedChannels;
    private readonly int paddedFilters;
    private readonly int panel;
    private readonly int rowPitch;
    private readonly int[] offsets;
    private readonly int[] inside;

    /// <summary>Plans for one shape.</summary>
    public WinogradWeightPlan(ComputeDevice device, Conv1dShape shape)
    {
        this.device = device;
        this.shape = shape;
        int lanes = ConvolutionTiles.Lanes;
        int clipTiles = Winograd.TilesOf(shape.OutputLength);
        chunks = (clipTiles + MaxTiles - 1) / MaxTiles;
        unitTiles = (clipTiles + chunks - 1) / chunks;
        paddedChannels =
            (shape.Channels + ConvolutionTiles.WeightRows - 1) / ConvolutionTiles.WeightRows * ConvolutionTiles.WeightRows;
        paddedFilters = (shape.Filters + lanes - 1) / lanes * lanes;
        panel = Math.Min(paddedFilters, ConvolutionTiles.WeightVectors * lanes);
        int tiles = Math.Clamp(MostTransformed / (Winograd.GradientPoints * (shape.Channels + paddedFilters)), 1, MaxTiles);
        unitsOfStep = (int)Math.Clamp(tiles / unitTiles, 1, Units);
        long steps = (Units + unitsOfStep - 1) / unitsOfStep;
        blocks = (int)Math.Clamp(steps / StepsOfBlock, Math.Min(FewBlocks, steps), MaxBlocks);
        pitch = HostRows.PitchOf((unitsOfStep * unitTiles) + lanes);
        rowPitch = Winograd.RowPitch(unitsOfStep * unitTiles);
        inside = Winograd.Inside(Taps, unitsOfStep, unitTiles, chunks > 1 ? 0 : shape.OutputLength);
        offsets = GC.AllocateUninitializedArray<int>(paddedChannels, pinned: true);
        for (int channel = 0; channel < paddedChannels; channel++)
        {
            offsets[channel] = Math.Min(channel, shape.Channels - 1) * pitch;
        }

        device.Scratch.Reserve(BlocksLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    private long Units => (long)shape.Batch * chunks;

    private int Vectors => paddedFilters / ConvolutionTiles.Lanes;

    private long DataPlane => (long)shape.Channels * pitch;

    private long GradientPlane => (long)pitch * paddedFilters;

    private long SumPlane => (long)paddedChannels * paddedFilters;

    /// <summary>Rows of x, or of dY as they are and transposed; or the taps of a vector of filters, twice.</summary>
    private long RowsLength => Math.Max(
        2L * ConvolutionTiles.Lanes * rowPitch, 2L * Taps * shape.Channels * ConvolutionTiles.Lanes);

    private long WorkerLength => (Winograd.GradientPoints * (DataPlane + GradientPlane + SumPlane)) + RowsLength;

    /// <summary>The taps of all filters, [channel][tap][filter], and the sums of dY, [filter].</summary>
    private long BlockLength => (Taps * shape.Channels * (long)paddedFilters) + paddedFilters;

    private long BlocksLength => blocks * BlockLength;

    /// <inheritdoc/>
    public void Run<TGradient>(TensorRows x, in TGradient dY, float* dWeight, float* dBias)
        where TGradient : struct, IHostRows
    {
        float* sums = device.Scratch.TakeAddress(BlocksLength);
        WorkerRooms rooms = device.Scratch.TakeRooms(WorkerLength);
        device.Workers.Run(
            blocks, HostWork.OfOperations(shape.Operations), new BlockBody<TGradient>(this, sums, rooms, x, dY));
        device.Workers.Run(
            Vectors, HostWork.OfFloats(BlocksLength), new ReduceBody(this, sums, rooms, dWeight, dBias));
    }

    /// <summary>Sums one block.</summary>
    private readonly struct BlockBody<TGradient>(
        WinogradWeightPlan plan, float* blocks, WorkerRooms rooms, TensorRows x, TGradient dY) : IHostBody
        where TGradient : struct, IHostRows
    {
        public void Run(int part, int worker)
        {
            float* data = rooms[worker];
            float* gradient = data + (Winograd.GradientPoints * plan.DataPlane);
            float* sums = gradient + (Winograd.GradientPoints * plan.GradientPlane);
            float* rows = sums + (Winograd.GradientPoints * plan.SumPlane);
            float* taps = blocks + (part * plan.BlockLength);
            float* totals = taps + plan.BlockLength - plan.paddedFilters;
            new Span<float>(totals, plan.paddedFilters).Clear();
            long first = plan.Units * part / plan.blocks;
            long end = plan.Units * (part + 1) / plan.blocks;
            for (long unit = first; unit < end; unit += plan.unitsOfStep)
            {
                int units = (int)Math.Min(plan.unitsOfStep, end - unit);
                Data(unit, units, data, rows);
                Gradient(unit, units, gradient, totals, rows);
                Sum(units * plan.unitTiles, data, gradient, sums, add: unit > first);
            }

            for (int channel = 0; channel < plan.shape.Channels; channel++)
            {
                float* of = sums + ((long)channel * plan.paddedFilters);
                float* to = taps + ((long)channel * Taps * plan.paddedFilters);
                for (int filter = 0; filter < plan.paddedFilters; filter += ConvolutionTiles.Lanes)
                {
                    Winograd.Taps3(of + filter, plan.SumPlane, to + filter, plan.paddedFilters);
                }
            }
        }

        private void Data(long unit, int units, float* data, float* rows)
        {
            // Units are clips, or chunks of a clip, each with a start of its own.
            int together = plan.chunks > 1 ? 1 : units;
            for (int one = 0; one < units; one += together)
            {
                (int clip, int step) = Place(unit + one);
                for (int channel = 0; channel < plan.shape.Channels; channel += RowsAtOnce)
                {
                    int count = Math.Min(RowsAtOnce, plan.shape.Channels - channel);
                    Winograd.TransformRows(
                        Taps, x, clip, together, channel, count, step - plan.shape.Padding, plan.unitTiles, plan.inside, rows,
                        plan.rowPitch, data + ((long)channel * plan.pitch) + (one * plan.unitTiles), plan.pitch,
                        plan.DataPlane);
                }
            }
        }

        /// <summary>Panels of up to 64 filters stand one behind the other; a tile's filters lie side by side.</summary>
        private void Gradient(long unit, int units, float* gradient, float* totals, float* rows)
        {
            int lanes = ConvolutionTiles.Lanes;
            int width = Winograd.Outputs * plan.unitTiles;
            float* transposed = rows + (lanes * plan.rowPitch);
            for (int first = 0; first < plan.paddedFilters; first += lanes)
            {
                int count = Math.Min(lanes, plan.shape.Filters - first);
                int panel = first / plan.panel * plan.panel;
                int ofPanel = Math.Min(plan.panel, plan.paddedFilters - panel);
                float* to = gradient + ((long)panel * plan.pitch) + (first - panel);
                for (int i = count; i < lanes; i++)
                {
                    new Span<float>(rows + (i * plan.rowPitch), width).Clear();
                }

                for (int one = 0; one < units; one++, to += (long)plan.unitTiles * ofPanel)
                {
                    (int clip, int step) = Place(unit + one);
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
                        transposed, plan.unitTiles, to, ofPanel, plan.GradientPlane, totals + first);
                }
            }
        }

        private void Sum(int tiles, float* data, float* gradient, float* sums, bool add)
        {
            int lanes = ConvolutionTiles.Lanes;
            int* offsets = (int*)Unsafe.AsPointer(ref plan.offsets[0]);
            for (int point = 0; point < Winograd.GradientPoints; point++)
            {
                for (int panel = 0; panel < plan.paddedFilters; panel += plan.panel)
                {
                    int ofPanel = Math.Min(plan.panel, plan.paddedFilters - panel);
                    float* of = gradient + (point * plan.GradientPlane) + ((long)panel * plan.pitch);
                    float* to = sums + (point * plan.SumPlane) + panel;
                    for (int row = 0; row < plan.paddedChannels; row += ConvolutionTiles.WeightRows)
                    {
                        ConvolutionTiles.Weight(
                            ofPanel / lanes, data + (point * plan.DataPlane), offsets + row, tiles, of,
                            to + ((long)row * plan.paddedFilters), plan.paddedFilters, add);
                    }
                }
            }
        }

        private (int Clip, int Step) Place(long unit) =>
            ((int)(unit / plan.chunks), (int)(unit % plan.chunks) * plan.unitTiles * Winograd.Outputs);
    }

    /// <summary>Adds the blocks of one vector of filters to the gradients.</summary>
    private readonly struct ReduceBody(
        WinogradWeightPlan plan, float* blocks, WorkerRooms rooms, float* dWeight, float* dBias) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int lanes = ConvolutionTiles.Lanes;
            int first = part * lanes;
            int count = Math.Min(lanes, plan.shape.Filters - first);
            int rows = Taps * plan.shape.Channels;
            float* total = rooms[worker];
            float* transposed = total + ((long)rows * lanes);
            for (int row = 0; row <= rows; row++)
            {
                float* from = blocks + first + ((long)row * plan.paddedFilters);
                float* line = row < rows ? total + ((long)row * lanes) : transposed;
                HostSums.OfVectors(from, plan.BlockLength, plan.blocks, line);
            }

            if (dBias != null)
            {
                HostSums.Add(transposed, count, dBias + first);
            }

            HostTranspose.Run(total, lanes, rows, lanes, transposed, rows);
            HostSums.Add(transposed, count * rows, dWeight + ((long)first * rows));
        }
    }
}
