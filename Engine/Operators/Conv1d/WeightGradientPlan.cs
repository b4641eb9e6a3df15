// How the dense gradient of the weights runs on the host.
//   dWeight[k, row] = sum over steps l of dY[k, l] packed[offsets[row] + l],  a row being a tap of a channel
// Time is the inner loop; six rows x 64 filters are in registers (ConvolutionTiles.Weight), which needs dY with the
// filters side by side: chunks of at most 128 steps are transposed, 32 KiB that stay in L1. One more row, of ones,
// gives the gradient of the bias.
// Short clips are laid one behind the other until a chunk is full, a gap between them as long as the taps reach, in
// which dY is zero: sums then leave their registers once a chunk instead of once a clip.
// Order of summation: within a chunk in registers; the chunks of a block one after the other; the blocks in order.
// Blocks are cut by the shape alone, so the bits do not depend on the number of workers.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="Conv1d"/>'s dense gradient of the weights.</summary>
internal sealed unsafe class WeightGradientPlan : IWeightGradientPlan
{
    private const int MaxBlocks = 16;
    private const int MaxSteps = 128;

    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly int[] offsets;
    private readonly int rows;
    private readonly int paddedRows;
    private readonly int paddedFilters;
    private readonly int panel;
    private readonly int chunks;
    private readonly int steps;
    private readonly int pitch;
    private readonly int blocks;
    private readonly int clipsOfUnit;
    private readonly int clipPitch;

    /// <summary>Plans for one shape.</summary>
    public WeightGradientPlan(ComputeDevice device, Conv1dShape shape)
    {
        this.device = device;
        this.shape = shape;
        int lanes = ConvolutionTiles.Lanes;
        rows = shape.GroupChannels * shape.Taps;
        int tiles = (rows + ConvolutionTiles.WeightRows) / ConvolutionTiles.WeightRows; // With the row of ones.
        paddedRows = tiles * ConvolutionTiles.WeightRows;
        paddedFilters = (shape.GroupFilters + lanes - 1) / lanes * lanes;
        panel = Math.Min(paddedFilters, ConvolutionTiles.WeightVectors * lanes);
        chunks = (shape.OutputLength + MaxSteps - 1) / MaxSteps;
        steps = (shape.OutputLength + chunks - 1) / chunks;
        int gap = (shape.Span - 1) / shape.Stride;
        clipPitch = steps + gap;
        clipsOfUnit = chunks > 1 ? 1 : Math.Clamp((MaxSteps + gap) / clipPitch, 1, shape.Batch);
        steps = (clipsOfUnit * clipPitch) - gap;
        pitch = (steps + gap + 15) / 16 * 16;
        blocks = (int)Math.Min(Units, MaxBlocks);
        offsets = GC.AllocateUninitializedArray<int>(paddedRows, pinned: true);
        int ones = shape.GroupChannels * shape.Stride * pitch;
        offsets.AsSpan().Fill(ones);
        for (int row = 0; row < rows; row++)
        {
            int ahead = row % shape.Taps * shape.Dilation;
            offsets[row] =
                (((row / shape.Taps * shape.Stride) + (ahead % shape.Stride)) * pitch) + (ahead / shape.Stride);
        }

        device.Scratch.Reserve(BlocksLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    /// <summary>Clips x chunks, or groups of short clips.</summary>
    private long Units => chunks > 1 ? (long)shape.Batch * chunks : (shape.Batch + clipsOfUnit - 1) / clipsOfUnit;

    private int PackedLength => (((shape.GroupChannels * shape.Stride) + 1) * pitch) + 16;

    private int GradientLength => panel * steps;

    private long WorkerLength =>
        (Math.Max(PackedLength + (2L * GradientLength), ((2L * rows) + 1) * ConvolutionTiles.Lanes) + 63) / 64 * 64;

    private long BlockLength => (long)shape.Groups * paddedRows * paddedFilters;

    private long BlocksLength => blocks * BlockLength;

    /// <inheritdoc/>
    public void Run<TGradient>(TensorRows x, in TGradient dY, float* dWeight, float* dBias)
        where TGradient : struct, IHostRows
    {
        float* sums = device.Scratch.TakeAddress(BlocksLength);
        WorkerRooms rooms = device.Scratch.TakeRooms(WorkerLength);
        device.Workers.Run(
            blocks, HostWork.OfOperations(shape.Operations), new SumBody<TGradient>(this, sums, rooms, x, dY));
        int panels = shape.Groups * (paddedFilters / ConvolutionTiles.Lanes);
        device.Workers.Run(
            panels, HostWork.OfFloats(BlocksLength), new ReduceBody(this, sums, rooms, dWeight, dBias));
    }

    /// <summary>Sums one block of clips x chunks.</summary>
    private readonly struct SumBody<TGradient>(
        WeightGradientPlan plan, float* blocks, WorkerRooms rooms, TensorRows x, TGradient dY) : IHostBody
        where TGradient : struct, IHostRows
    {
        public void Run(int part, int worker)
        {
            float* sums = blocks + (part * plan.BlockLength);
            float* packed = rooms[worker];
            new Span<float>(packed + plan.offsets[plan.rows], plan.pitch).Fill(1f);
            long units = plan.Units;
            long first = units * part / plan.blocks;
            long end = units * (part + 1) / plan.blocks;
            for (long unit = first; unit < end; unit++)
            {
                int clip = (int)(unit / plan.chunks) * plan.clipsOfUnit;
                int step = (int)(unit % plan.chunks) * plan.steps;
                int clips = Math.Min(plan.clipsOfUnit, plan.shape.Batch - clip);
                int length = Math.Min(plan.steps, plan.shape.OutputLength - step);
                Add(clip, clips, step, length, packed, sums, add: unit > first);
            }
        }

        /// <summary>Adds so many clips, each from a step on, so long.</summary>
        private void Add(int clip, int clips, int step, int length, float* packed, float* sums, bool add)
        {
            Conv1dShape shape = plan.shape;
            int lanes = ConvolutionTiles.Lanes;
            float* transposed = packed + plan.PackedLength;
            float* gradient = transposed + plan.GradientLength;
            int* offsets = (int*)Unsafe.AsPointer(ref plan.offsets[0]);
            int gap = (shape.Span - 1) / shape.Stride;
            int width = length + gap;
            int count = (clips * width) - gap;
            for (int group = 0; group < shape.Groups; group++)
            {
                for (int c = 0; c < shape.GroupChannels; c++)
                {
                    for (int phase = 0; phase < shape.Stride; phase++)
                    {
                        int start = (step * shape.Stride) + phase - shape.Padding;
                        float* row = packed + (((c * shape.Stride) + phase) * plan.pitch);
                        for (int one = 0; one < clips; one++)
                        {
                            x.Pack(
                                clip + one, (group * shape.GroupChannels) + c, start, shape.Stride,
                                row + (one * width), width);
                        }
                    }
                }

                for (int filter = 0; filter < plan.paddedFilters; filter += plan.panel)
                {
                    int panel = Math.Min(plan.panel, plan.paddedFilters - filter);
                    int filters = Math.Min(panel, shape.GroupFilters - filter);
                    for (int k = 0; k < filters; k++)
                    {
                        int channel = (group * shape.GroupFilters) + filter + k;
                        float* row = gradient + (k * count);
                        for (int one = 0; one < clips; one++)
                        {
                            // Past its last step a clip packs zeros: the gap, which the last one does without.
                            int own = one < clips - 1 ? width : length;
                            dY.Pack(clip + one, channel, step, 1, row + (one * width), own);
                        }
                    }

                    if (filters < panel)
                    {
                        new Span<float>(gradient + (filters * count), (panel - filters) * count).Clear();
                    }

                    HostTranspose.Run(gradient, count, panel, count, transposed, panel);
                    for (int row = 0; row < plan.paddedRows; row += ConvolutionTiles.WeightRows)
                    {
                        float* to = sums + ((((long)group * plan.paddedRows) + row) * plan.paddedFilters) + filter;
                        ConvolutionTiles.Weight(
                            panel / lanes, packed, offsets + row, count, transposed, to, plan.paddedFilters, add);
                    }
                }
            }
        }
    }

    /// <summary>Adds the blocks of one vector of filters to the gradients.</summary>
    private readonly struct ReduceBody(
        WeightGradientPlan plan, float* blocks, WorkerRooms rooms, float* dWeight, float* dBias) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int lanes = ConvolutionTiles.Lanes;
            int vectors = plan.paddedFilters / lanes;
            int group = part / vectors;
            int filter = part % vectors * lanes;
            int filters = Math.Min(lanes, plan.shape.GroupFilters - filter);
            int rows = plan.rows;
            float* total = rooms[worker];
            float* transposed = total + ((long)rows * lanes);
            float* from = blocks + ((long)group * plan.paddedRows * plan.paddedFilters) + filter;
            for (int row = 0; row <= rows; row++, from += plan.paddedFilters)
            {
                float* line = row < rows ? total + ((long)row * lanes) : transposed;
                HostSums.OfVectors(from, plan.BlockLength, plan.blocks, line);
            }

            int first = (group * plan.shape.GroupFilters) + filter;
            if (dBias != null)
            {
                HostSums.Add(transposed, filters, dBias + first);
            }

            HostTranspose.Run(total, lanes, rows, lanes, transposed, rows);
            HostSums.Add(transposed, filters * rows, dWeight + ((long)first * rows));
        }
    }
}
