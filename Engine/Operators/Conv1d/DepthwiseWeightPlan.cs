// How the gradient of the weights of a depthwise convolution runs on the host.
//   dWeight[k, r] = sum over clips and steps l of dY[k, l] packed[offset of tap r + l]
// Vectors of time; the sums of 8 or 4 taps are in registers, a vector of dY is read once for them. Clips of one channel
// are packed one behind the other until about a thousand steps are there, so that sums leave their registers that
// often alone and the rows of several clips are under way from memory at once.
// Order of summation: lanes and chunks of a block one after the other, then the lanes, then the blocks in order. Blocks
// are cut by the shape alone, so the bits do not depend on the number of workers.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a depthwise <see cref="Conv1d"/>'s gradient of weight and bias.</summary>
internal sealed unsafe class DepthwiseWeightPlan : IWeightGradientPlan
{
    private const int MaxBlocks = 16;
    private const int MaxSteps = 1024;

    // Steps of a block: enough that what its sums cost in the end does not count.
    private const int StepsOfBlock = 4 * MaxSteps;

    private readonly ComputeDevice device;
    private readonly Conv1dShape shape;
    private readonly int[] offsets;
    private readonly int taps;
    private readonly int chunks;
    private readonly int steps;
    private readonly int clipsOfUnit;
    private readonly int pitch;
    private readonly int blocks;
    private readonly HostRowParts groups;

    /// <summary>Plans for one shape.</summary>
    public DepthwiseWeightPlan(ComputeDevice device, Conv1dShape shape)
    {
        this.device = device;
        this.shape = shape;
        taps = (shape.Taps + DepthwiseTiles.TileTaps - 1) / DepthwiseTiles.TileTaps * DepthwiseTiles.TileTaps;
        int wanted = (shape.OutputLength + MaxSteps - 1) / MaxSteps;
        steps = DepthwiseTiles.Whole((shape.OutputLength + wanted - 1) / wanted);
        chunks = (shape.OutputLength + steps - 1) / steps;
        clipsOfUnit = chunks > 1 ? 1 : Math.Clamp(MaxSteps / steps, 1, shape.Batch);
        pitch = DepthwiseTiles.Whole(steps + ((shape.Span - 1) / shape.Stride));
        long stepsOfGroup = (long)shape.Batch * shape.OutputLength;
        blocks = (int)Math.Clamp(stepsOfGroup / StepsOfBlock, 1, Math.Min(Units, MaxBlocks));
        groups = new HostRowParts(shape.Groups, (int)Math.Min(stepsOfGroup / blocks, int.MaxValue));
        offsets = GC.AllocateArray<int>(taps, pinned: true);
        for (int r = 0; r < shape.Taps; r++)
        {
            int ahead = r * shape.Dilation;
            offsets[r] = (ahead % shape.Stride * pitch) + (ahead / shape.Stride);
        }

        device.Scratch.Reserve(BlocksLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    /// <summary>Clips x chunks, or groups of short clips.</summary>
    private long Units => chunks > 1 ? (long)shape.Batch * chunks : (shape.Batch + clipsOfUnit - 1) / clipsOfUnit;

    private int SourceLength => clipsOfUnit * shape.Stride * pitch;

    private int GradientLength => clipsOfUnit * steps;

    // The sums of the taps, that of the gradient, and what makes their number a multiple of four.
    private int SumsOfFilter => taps + 4;

    private long WorkerLength =>
        SourceLength + GradientLength + ((long)shape.GroupFilters * SumsOfFilter * DepthwiseTiles.Lanes);

    private long BlockLength => (long)shape.Filters * SumsOfFilter;

    private long BlocksLength => blocks * BlockLength;

    /// <inheritdoc/>
    public void Run<TGradient>(TensorRows x, in TGradient dY, float* dWeight, float* dBias)
        where TGradient : struct, IHostRows
    {
        float* totals = device.Scratch.TakeAddress(BlocksLength);
        WorkerRooms rooms = device.Scratch.TakeRooms(WorkerLength);
        device.Workers.Run(
            blocks * groups.Count, HostWork.OfFloats((shape.Taps + 8L) * shape.Output.Length),
            new SumBody<TGradient>(this, totals, rooms, x, dY));
        var filters = new HostRowParts(shape.Filters, blocks * SumsOfFilter);
        device.Workers.Run(
            filters.Count, HostWork.OfFloats(4L * BlocksLength),
            new ReduceBody(this, totals, filters, dWeight, dBias));
    }

    /// <summary>Sums one block of clips x chunks for some groups.</summary>
    private readonly struct SumBody<TGradient>(
        DepthwiseWeightPlan plan, float* allTotals, WorkerRooms rooms, TensorRows x, TGradient dY) : IHostBody
        where TGradient : struct, IHostRows
    {
        public void Run(int part, int worker)
        {
            int block = part % plan.blocks;
            (int group, int end) = plan.groups.Range(part / plan.blocks);
            int filters = plan.shape.GroupFilters;
            float* totals = allTotals + (block * plan.BlockLength);
            float* packed = rooms[worker];
            float* gradient = packed + plan.SourceLength;
            float* sums = gradient + plan.GradientLength;
            int length = plan.SumsOfFilter * DepthwiseTiles.Lanes;
            long units = plan.Units;
            for (; group < end; group++)
            {
                new Span<float>(sums, filters * length).Clear();
                long last = units * (block + 1) / plan.blocks;
                for (long unit = units * block / plan.blocks; unit < last; unit++)
                {
                    Add(unit, group, packed, gradient, sums);
                }

                for (int k = 0; k < filters; k++)
                {
                    long filter = ((long)group * filters) + k;
                    DepthwiseTiles.Total(
                        sums + (k * length), plan.SumsOfFilter, totals + (filter * plan.SumsOfFilter));
                }
            }
        }

        private void Add(long unit, int group, float* packed, float* gradient, float* sums)
        {
            Conv1dShape shape = plan.shape;
            int clip = (int)(unit / plan.chunks) * plan.clipsOfUnit;
            int step = (int)(unit % plan.chunks) * plan.steps;
            int clips = Math.Min(plan.clipsOfUnit, shape.Batch - clip);
            for (int one = 0; one < clips; one++)
            {
                for (int phase = 0; phase < shape.Stride; phase++)
                {
                    x.Pack(
                        clip + one, group, (step * shape.Stride) + phase - shape.Padding, shape.Stride,
                        packed + (((one * shape.Stride) + phase) * plan.pitch), plan.pitch);
                }
            }

            int* offsets = (int*)Unsafe.AsPointer(ref plan.offsets[0]);
            for (int k = 0; k < shape.GroupFilters; k++, sums += plan.SumsOfFilter * DepthwiseTiles.Lanes)
            {
                for (int one = 0; one < clips; one++)
                {
                    dY.Pack(
                        clip + one, (group * shape.GroupFilters) + k, step, 1, gradient + (one * plan.steps),
                        plan.steps);
                }

                DepthwiseTiles.Weight(
                    clips, plan.steps / DepthwiseTiles.Lanes, packed, shape.Stride * plan.pitch, offsets, plan.taps,
                    gradient, sums);
            }
        }
    }

    /// <summary>Adds the blocks of some filters to the gradients.</summary>
    private readonly struct ReduceBody(
        DepthwiseWeightPlan plan, float* totals, HostRowParts filters, float* dWeight, float* dBias) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = filters.Range(part);
            int taps = plan.shape.Taps;
            for (int filter = first; filter < end; filter++)
            {
                float* from = totals + ((long)filter * plan.SumsOfFilter);
                float* to = dWeight + ((long)filter * taps);
                for (int r = 0; r < taps; r++)
                {
                    to[r] += SumOfBlocks(from + r);
                }

                if (dBias != null)
                {
                    dBias[filter] += SumOfBlocks(from + plan.taps);
                }
            }
        }

        private float SumOfBlocks(float* from)
        {
            float sum = *from;
            for (int block = 1; block < plan.blocks; block++)
            {
                sum += from[block * plan.BlockLength];
            }

            return sum;
        }
    }
}
