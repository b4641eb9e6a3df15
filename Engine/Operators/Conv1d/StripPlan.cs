// How forward and gradient of the input run on the host: both are "rows of a packed source times packed weights".
//   out[o, m] = sum over rows of weights[row][o] packed[offsets[row] + m]
// forward:            a row is a tap r of a channel c. The source is x with its padding, split into stride phases
//                     (every stride-th sample, so that a strided convolution reads contiguous vectors too).
// gradient of input:  a row is a tap r of a filter k, the source is dY. With stride s, output phase q holds the steps
//                     t + padding = q + s m; only taps with r dilation = q (mod s) reach it, so it has rows of its own.
// Parts: clips x chunk of columns x share of the strips. Each part packs its window of the source (a few per cent of
// its work), then computes strip by strip: 8 filters x all columns, in register tiles of 8 x 48 floats (ConvolutionTiles).
// Short clips are laid side by side, a gap between them as long as the taps reach, so that vectors stay full.
// A strip stays in L1, where the sink adds bias, applies ReLU or pools on the way out.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="Conv1d"/>'s forward pass or gradient of the input.</summary>
internal sealed unsafe class StripPlan : IConvolutionPlan
{
    // 512 rows x 8 filters are 16 KiB of weights; longer sums are blocked, for the cache and for their accuracy.
    private const int RowBlock = 512;

    // Floats of a packed source that stay in the second cache.
    private const int MostPacked = 64 * 1024;

    private readonly ComputeDevice device;
    private readonly int groups;
    private readonly int inputs;
    private readonly int outputs;
    private readonly int inputPhases;
    private readonly int outputPhases;
    private readonly int shift;
    private readonly int reach;
    private readonly int weightGroupStride;
    private readonly int weightOutputStride;
    private readonly int weightCount;
    private readonly int[] offsets;
    private readonly int[] weightOffsets;
    private readonly int[] phaseStarts;
    private readonly Part[] strips;
    private readonly int clipsOfUnit;
    private readonly int pitch;
    private readonly int stripPitch;
    private bool weightsInOrder;
    private Tensor<float>? prepared;

    private StripPlan(
        ComputeDevice device,
        Conv1dShape shape,
        bool backward,
        int inputs,
        int outputs,
        int inputPhases,
        int outputPhases,
        int chunkColumns,
        int chunks)
    {
        this.device = device;
        this.inputs = inputs;
        this.outputs = outputs;
        this.inputPhases = inputPhases;
        this.outputPhases = outputPhases;
        groups = shape.Groups;
        reach = (shape.Span - 1) / shape.Stride;
        shift = backward ? (shape.Padding / shape.Stride) - reach : -shape.Padding;
        Batch = shape.Batch;
        FirstColumn = backward ? shape.Padding / shape.Stride : 0;
        Columns = backward
            ? ((shape.Length - 1 + shape.Padding) / shape.Stride) + 1 - FirstColumn
            : shape.OutputLength;
        weightGroupStride = shape.GroupFilters * shape.GroupChannels * shape.Taps;
        weightOutputStride = backward ? shape.Taps : shape.GroupChannels * shape.Taps;
        weightCount = shape.Weight.Length;
        int rows = inputs * shape.Taps;
        offsets = GC.AllocateUninitializedArray<int>(rows, pinned: true);
        weightOffsets = GC.AllocateUninitializedArray<int>(rows, pinned: true);
        phaseStarts = new int[outputPhases + 1];
        strips =
        [
            .. Enumerable.Range(0, groups).SelectMany(
                group => StripsOf(outputs).Select(strip => new Part(group, strip.First, strip.Height))),
        ];
        int width = Math.Min(chunkColumns, Columns) + reach;
        clipsOfUnit = chunks > 1
            ? 1
            : ClipUnits.Choose(Batch, width, reach, MostPacked / (inputs * inputPhases), device.Workers.Count);
        stripPitch = ((clipsOfUnit * width) - reach + 15) / 16 * 16;
        pitch = HostRows.PitchOf(stripPitch + reach);
    }

    /// <summary>Clips.</summary>
    public int Batch { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int FirstColumn { get; }

    /// <summary>Plans y = x * weight.</summary>
    public static StripPlan Forward(ComputeDevice device, Conv1dShape shape, int chunkColumns, int chunks)
    {
        var plan = new StripPlan(
            device, shape, backward: false, shape.GroupChannels, shape.GroupFilters, shape.Stride, outputPhases: 1,
            chunkColumns, chunks);
        int row = 0;
        for (int c = 0; c < shape.GroupChannels; c++)
        {
            for (int r = 0; r < shape.Taps; r++)
            {
                int ahead = r * shape.Dilation;
                plan.offsets[row] =
                    (((c * shape.Stride) + (ahead % shape.Stride)) * plan.pitch) + (ahead / shape.Stride);
                plan.weightOffsets[row] = row;
                row++;
            }
        }

        plan.phaseStarts[1] = row;
        plan.weightsInOrder = true;
        plan.Reserve();
        return plan;
    }

    /// <summary>Plans dX = dY * weight, mirrored.</summary>
    public static StripPlan BackwardInput(ComputeDevice device, Conv1dShape shape, int chunkColumns, int chunks)
    {
        var plan = new StripPlan(
            device, shape, backward: true, shape.GroupFilters, shape.GroupChannels, inputPhases: 1, shape.Stride,
            chunkColumns, chunks);
        int row = 0;
        ILookup<int, int> tapsOf = Enumerable.Range(0, shape.Taps)
            .ToLookup(r => r * shape.Dilation % shape.Stride);
        for (int phase = 0; phase < shape.Stride; phase++)
        {
            int[] taps = [.. tapsOf[phase]];
            for (int k = 0; k < shape.GroupFilters && taps.Length > 0; k++)
            {
                foreach (int r in taps)
                {
                    int behind = (r * shape.Dilation) - phase;
                    plan.offsets[row] = (k * plan.pitch) + plan.reach - (behind / shape.Stride);
                    plan.weightOffsets[row] = (k * shape.GroupChannels * shape.Taps) + r;
                    row++;
                }
            }

            plan.phaseStarts[phase + 1] = row;
        }

        plan.Reserve();
        return plan;
    }

    /// <inheritdoc/>
    public void Prepare(float* weight)
    {
        prepared ??= device.Allocate<float>(new Shape(weightCount));
        PackWeights(weight, prepared.Address);
    }

    /// <inheritdoc/>
    public void Run<TRows, TSink>(float* weight, int chunks, in TRows rows, in TSink sink)
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink
    {
        HostWorkers workers = device.Workers;
        float* weights = prepared is null ? device.Scratch.TakeAddress(PackedLength) : prepared.Address;
        if (prepared is null)
        {
            PackWeights(weight, weights);
        }

        // One clip alone is shared out strip by strip.
        int units = (Batch + clipsOfUnit - 1) / clipsOfUnit * chunks;
        int wanted = units >= 2 * workers.Count ? 1 : ((2 * workers.Count) + units - 1) / units;
        int shares = Math.Min(strips.Length, wanted);
        workers.Run(
            units * shares, HostWork.OfOperations(2L * Batch * Columns * weightCount),
            new StripBody<TRows, TSink>(
                this, weights, device.Scratch.TakeRooms(WorkerLength), chunks, shares, rows, sink));
    }

    private void PackWeights(float* weight, float* to) => device.Workers.Run(
        strips.Length, HostWork.OfFloats(4L * weightCount), new PackBody(this, weight, to));

    /// <summary>Cuts filters into strips of the largest tiles' height, the last ones lower.</summary>
    public static IEnumerable<(int First, int Height)> StripsOf(int outputs)
    {
        for (int first = 0; first < outputs;)
        {
            int height = ConvolutionTiles.StripHeight;
            while (height > outputs - first)
            {
                height /= 2;
            }

            yield return (first, height);
            first += height;
        }
    }

    /// <summary>
    /// sums[f][i] = sum over rows of weights[row][f] source[offsets[row] + i] for so many filters and columns, whole
    /// vectors of them.
    /// </summary>
    public static void Multiply(
        float* source, int[] rowOffsets, int firstRow, int rowCount, float* weights, int height, int count, float* sums,
        int sumPitch)
    {
        int lanes = ConvolutionTiles.Lanes;
        int* offsets = (int*)Unsafe.AsPointer(ref rowOffsets[0]) + firstRow;
        int left = (count + lanes - 1) / lanes;
        for (int column = 0; left > 0;)
        {
            // Three vectors at a time; four are two and two, for a tile of one is short of work.
            int vectors = left == 4 ? 2 : Math.Min(left, ConvolutionTiles.StripVectors);
            int row = 0;
            do
            {
                int block = Math.Min(RowBlock, rowCount - row);
                ConvolutionTiles.Strip(
                    height, vectors, source + column, offsets + row, block, weights + ((long)row * height),
                    sums + column, sumPitch, add: row > 0);
                row += RowBlock;
            }
            while (row < rowCount);
            column += vectors * lanes;
            left -= vectors;
        }
    }

    private long SourceLength => (long)inputs * inputPhases * pitch;

    private long WorkerLength => SourceLength + ((long)ConvolutionTiles.StripHeight * stripPitch);

    private int PackedLength => (weightCount + 63) / 64 * 64;

    private void Reserve()
    {
        device.Scratch.Reserve(PackedLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    private readonly record struct Part(int Group, int First, int Height);

    /// <summary>Packs the weights of one strip: for every row, the strip's filters side by side.</summary>
    private readonly struct PackBody(StripPlan plan, float* weight, float* packed) : IHostBody
    {
        public void Run(int part, int worker)
        {
            Part strip = plan.strips[part];
            int allRows = plan.offsets.Length;
            float* from = weight + ((long)strip.Group * plan.weightGroupStride) +
                (strip.First * plan.weightOutputStride);
            float* to = packed + ((((long)strip.Group * plan.outputs) + strip.First) * allRows);
            if (plan.weightsInOrder)
            {
                HostTranspose.Run(from, plan.weightOutputStride, strip.Height, allRows, to, strip.Height);
                return;
            }

            for (int row = 0; row < allRows; row++)
            {
                float* of = from + plan.weightOffsets[row];
                for (int f = 0; f < strip.Height; f++)
                {
                    to[f] = of[f * plan.weightOutputStride];
                }

                to += strip.Height;
            }
        }
    }

    private readonly struct StripBody<TRows, TSink>(
        StripPlan plan, float* allWeights, WorkerRooms rooms, int chunks, int shares, TRows rows, TSink sink)
        : IHostBody
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink
    {
        public void Run(int part, int worker)
        {
            int share = part % shares;
            int chunk = part / shares % chunks;
            int clip = part / shares / chunks * plan.clipsOfUnit;
            int clips = Math.Min(plan.clipsOfUnit, plan.Batch - clip);
            (int first, int count) = sink.Columns(chunk);
            int width = count + plan.reach;
            float* packed = rooms[worker];
            float* sums = packed + plan.SourceLength;
            int end = plan.strips.Length * (share + 1) / shares;
            int group = -1;
            for (int s = plan.strips.Length * share / shares; s < end; s++)
            {
                Part strip = plan.strips[s];
                if (strip.Group != group)
                {
                    group = strip.Group;
                    Pack(clip, clips, group, first, width, packed);
                }

                float* weights =
                    allWeights + ((((long)group * plan.outputs) + strip.First) * plan.offsets.Length);
                for (int phase = 0; phase < plan.outputPhases; phase++)
                {
                    int firstRow = plan.phaseStarts[phase];
                    int rowCount = plan.phaseStarts[phase + 1] - firstRow;
                    float* ofPhase = weights + ((long)firstRow * strip.Height);
                    Multiply(
                        packed, plan.offsets, firstRow, rowCount, ofPhase, strip.Height,
                        (clips * width) - plan.reach, sums, plan.stripPitch);
                    for (int f = 0; f < strip.Height; f++)
                    {
                        int output = (group * plan.outputs) + strip.First + f;
                        float* row = sums + ((long)f * plan.stripPitch);
                        sink.Store(clip, clips, output, phase, chunk, first, count, row, width);
                    }
                }
            }
        }

        /// <summary>Rows of clips side by side; the last goes on to the end of its vector.</summary>
        private void Pack(int clip, int clips, int group, int first, int width, float* packed)
        {
            int lanes = ConvolutionTiles.Lanes;
            int all = (((clips * width) - plan.reach + lanes - 1) / lanes * lanes) + plan.reach;
            for (int c = 0; c < plan.inputs; c++)
            {
                for (int phase = 0; phase < plan.inputPhases; phase++, packed += plan.pitch)
                {
                    int start = (first * plan.inputPhases) + phase + plan.shift;
                    for (int one = 0; one < clips; one++)
                    {
                        int own = one < clips - 1 ? width : all - (one * width);
                        rows.Pack(
                            clip + one, (group * plan.inputs) + c, start, plan.inputPhases, packed + (one * width),
                            own);
                    }
                }
            }
        }
    }
}
