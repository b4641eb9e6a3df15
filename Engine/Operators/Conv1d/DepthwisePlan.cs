// How forward and gradient of the input of a depthwise convolution run on the host: a group is one channel of x and one
// or a few filters, so a row of x is all that an output row needs.
//   out[o, m] = sum over taps of weight[o, tap] packed[offset of the tap + m]
// forward:            the source is the channel's row of x with its padding, split into stride phases (every stride-th
//                     sample, so that a strided convolution reads contiguous vectors too).
// gradient of input:  the sources are the rows of dY of the group's filters. With stride s, output phase q holds the
//                     steps t + padding = q + s m; only taps with r dilation = q (mod s) reach it.
// Each row is packed once, computed from L1 with the sums of 3 or 4 vectors of time in registers (DepthwiseTiles), and
// leaves through the sink. Nothing is worth packing of the weights. Parts: chunk of columns x some rows.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a depthwise <see cref="Conv1d"/>'s forward pass or gradient of the input.</summary>
internal sealed unsafe class DepthwisePlan : IConvolutionPlan
{
    /// <summary>Columns of a chunk at most: long pieces, which memory is quick at, that still stay in L1.</summary>
    public const int MaxChunk = 2048;

    // With more filters a group, register tiles of filters (StripPlan) load less for a product.
    private const int MaxFilters = 3;

    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int groups;
    private readonly int inputs;
    private readonly int outputs;
    private readonly int inputPhases;
    private readonly int outputPhases;
    private readonly int shift;
    private readonly int reach;
    private readonly int groupWeights;
    private readonly int outputWeights;
    private readonly int[] offsets;
    private readonly int[] places;
    private readonly int[] phaseStarts;
    private readonly int stripLength;
    private readonly int pitch;

    private DepthwisePlan(ComputeDevice device, Conv1dShape shape, bool backward, int chunkColumns)
    {
        this.device = device;
        batch = shape.Batch;
        groups = shape.Groups;
        inputs = backward ? shape.GroupFilters : 1;
        outputs = backward ? 1 : shape.GroupFilters;
        inputPhases = backward ? 1 : shape.Stride;
        outputPhases = backward ? shape.Stride : 1;
        reach = (shape.Span - 1) / shape.Stride;
        shift = backward ? (shape.Padding / shape.Stride) - reach : -shape.Padding;
        FirstColumn = backward ? shape.Padding / shape.Stride : 0;
        Columns = backward
            ? ((shape.Length - 1 + shape.Padding) / shape.Stride) + 1 - FirstColumn
            : shape.OutputLength;
        groupWeights = shape.GroupFilters * shape.Taps;
        outputWeights = shape.Taps;
        stripLength = DepthwiseTiles.Whole(chunkColumns);
        pitch = DepthwiseTiles.Whole(stripLength + reach);
        offsets = GC.AllocateUninitializedArray<int>(inputs * shape.Taps, pinned: true);
        places = GC.AllocateUninitializedArray<int>(inputs * shape.Taps, pinned: true);
        phaseStarts = new int[outputPhases + 1];
        device.Scratch.ReserveRooms(WorkerLength);
    }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int FirstColumn { get; }

    private int UnitLength => inputs * inputPhases * pitch;

    private int SumsLength => outputs * outputPhases * stripLength;

    private long WorkerLength => (long)UnitLength + SumsLength;

    /// <summary>
    /// True for the shapes that this plan and <see cref="DepthwiseWeightPlan"/> are for, with places within an int and
    /// offsets that are soon counted.
    /// </summary>
    public static bool Suits(Conv1dShape shape) =>
        shape.GroupChannels == 1 && shape.GroupFilters <= MaxFilters &&
        (MaxChunk + ((long)shape.Span / shape.Stride) + 64) * shape.Stride * MaxFilters <= 1 << 29 &&
        (long)shape.Stride * shape.Taps * MaxFilters <= 1 << 22;

    /// <summary>Plans y = x * weight.</summary>
    public static DepthwisePlan Forward(ComputeDevice device, Conv1dShape shape, int chunkColumns)
    {
        var plan = new DepthwisePlan(device, shape, backward: false, chunkColumns);
        for (int r = 0; r < shape.Taps; r++)
        {
            int ahead = r * shape.Dilation;
            plan.offsets[r] = (ahead % shape.Stride * plan.pitch) + (ahead / shape.Stride);
            plan.places[r] = r;
        }

        plan.phaseStarts[1] = shape.Taps;
        return plan;
    }

    /// <summary>Plans dX = dY * weight, mirrored.</summary>
    public static DepthwisePlan BackwardInput(ComputeDevice device, Conv1dShape shape, int chunkColumns)
    {
        var plan = new DepthwisePlan(device, shape, backward: true, chunkColumns);
        int row = 0;
        for (int phase = 0; phase < shape.Stride; phase++)
        {
            for (int k = 0; k < shape.GroupFilters; k++)
            {
                for (int r = 0; r < shape.Taps; r++)
                {
                    int behind = (r * shape.Dilation) - phase;
                    if (behind % shape.Stride == 0)
                    {
                        plan.offsets[row] = (k * plan.pitch) + plan.reach - (behind / shape.Stride);
                        plan.places[row] = (k * shape.Taps) + r;
                        row++;
                    }
                }
            }

            plan.phaseStarts[phase + 1] = row;
        }

        return plan;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing: weights are read where they are, a few floats a row.</remarks>
    public void Prepare(float* weight)
    {
    }

    /// <inheritdoc/>
    public void Run<TRows, TSink>(float* weight, int chunks, in TRows rows, in TSink sink)
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink
    {
        WorkerRooms rooms = device.Scratch.TakeRooms(WorkerLength);
        // The chunks of a long row are parts one after the other, which is how memory has them.
        int length = Math.Max(inputs * inputPhases, outputs * outputPhases) * stripLength;
        var units = new HostRowParts(batch * groups, chunks > 1 ? HostParts.BlockLength : length);
        device.Workers.Run(
            chunks * units.Count, HostWork.OfFloats((offsets.Length + 8L) * batch * groups * outputs * Columns),
            new Body<TRows, TSink>(this, rooms, weight, chunks, units, rows, sink));
    }

    private readonly struct Body<TRows, TSink>(
        DepthwisePlan plan, WorkerRooms rooms, float* weight, int chunks, HostRowParts units, TRows rows, TSink sink)
        : IHostBody
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink
    {
        public void Run(int part, int worker)
        {
            int chunk = part % chunks;
            (int first, int count) = sink.Columns(chunk);
            (int unit, int end) = units.Range(part / chunks);
            int whole = DepthwiseTiles.Whole(count);
            int start = (first * plan.inputPhases) + plan.shift;
            float* packed = rooms[worker];
            float* sums = packed + plan.UnitLength;
            for (; unit < end; unit++)
            {
                int clip = unit / plan.groups;
                int group = unit % plan.groups;
                Pack(clip, group, start, whole + plan.reach, packed);
                Multiply(packed, weight + ((long)group * plan.groupWeights), whole / DepthwiseTiles.Lanes, sums);
                float* row = sums;
                for (int o = 0; o < plan.outputs; o++)
                {
                    for (int phase = 0; phase < plan.outputPhases; phase++, row += plan.stripLength)
                    {
                        sink.Store(clip, 1, (group * plan.outputs) + o, phase, chunk, first, count, row, 0);
                    }
                }
            }
        }

        private void Pack(int clip, int group, int start, int width, float* packed)
        {
            for (int i = 0; i < plan.inputs; i++)
            {
                for (int phase = 0; phase < plan.inputPhases; phase++, packed += plan.pitch)
                {
                    rows.Pack(
                        clip, (group * plan.inputs) + i, start + phase, plan.inputPhases, packed, width);
                }
            }
        }

        private void Multiply(float* packed, float* weights, int vectors, float* sums)
        {
            int* offsets = (int*)Unsafe.AsPointer(ref plan.offsets[0]);
            int* places = (int*)Unsafe.AsPointer(ref plan.places[0]);
            for (int o = 0; o < plan.outputs; o++, weights += plan.outputWeights)
            {
                for (int phase = 0; phase < plan.outputPhases; phase++, sums += plan.stripLength)
                {
                    int row = plan.phaseStarts[phase];
                    int taps = plan.phaseStarts[phase + 1] - row;
                    DepthwiseTiles.Strip(vectors, packed, offsets + row, taps, weights, places + row, sums);
                }
            }
        }
    }
}
