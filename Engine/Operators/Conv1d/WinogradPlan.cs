// How a 3-tap or 4-tap convolution and the gradient of its input run on the host by minimal filtering (Winograd.cs):
//   sums[point][o, tile] = sum over channels of (G weight)[point][channel][o] (B source)[point][channel, tile]
// Parts: clips side by side, or a chunk of a long one, x share of the strips of filters. Each part transforms its
// window of the source, then computes strip by strip: for each point a product of 8 filters x all tiles, in the register tiles
// of ConvolutionTiles; then the points give four outputs a tile, and rows go to the sink while they are in L1.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="Conv1d"/>'s forward pass or gradient of the input by minimal filtering.</summary>
internal sealed unsafe class WinogradPlan : IConvolutionPlan
{
    // Rows that are packed before they are transformed: stores of a row have then left for the cache.
    private const int RowsAtOnce = 4;

    // Channels whose weights are laid side by side before they are transformed: 8 KiB.
    private const int WeightsAtOnce = 64;

    // Transformed sources up to here stay in the second cache.
    private const int MostTransformed = 128 * 1024;

    private readonly ComputeDevice device;
    private readonly int taps;
    private readonly int points;
    private readonly int inputs;
    private readonly int outputs;
    private readonly int shift;
    private readonly int inputStride;
    private readonly int outputStride;
    private readonly bool mirrored;
    private readonly int clipTiles;
    private readonly int clipsOfUnit;
    private readonly int pitch;
    private readonly int rowPitch;
    private readonly int[] offsets;
    private readonly int[] inside;
    private readonly (int First, int Height)[] strips;
    private Tensor<float>? prepared;

    private WinogradPlan(ComputeDevice device, Conv1dShape shape, bool backward, int chunkColumns, int chunks)
    {
        this.device = device;
        taps = shape.Taps;
        points = Winograd.PointsOf(taps);
        inputs = backward ? shape.Filters : shape.Channels;
        outputs = backward ? shape.Channels : shape.Filters;
        inputStride = backward ? shape.Channels * taps : taps;
        outputStride = backward ? taps : shape.Channels * taps;
        mirrored = backward;
        shift = backward ? shape.Padding - (taps - 1) : -shape.Padding;
        Batch = shape.Batch;
        FirstColumn = backward ? shape.Padding : 0;
        Columns = backward ? shape.Length : shape.OutputLength;
        int outputsOfClip = Math.Min(chunkColumns, Columns);
        clipTiles = Winograd.TilesOf(outputsOfClip);
        clipsOfUnit = chunks > 1
            ? 1
            : ClipUnits.Choose(
                Batch, clipTiles, 0, MostTransformed / (points * inputs), device.Workers.Count);
        // Whole vectors are written from each clip's first tile on.
        pitch = HostRows.PitchOf((clipTiles * clipsOfUnit) + ConvolutionTiles.Lanes);
        rowPitch = Winograd.RowPitch(clipTiles * clipsOfUnit);
        inside = Winograd.Inside(taps, clipsOfUnit, clipTiles, chunks > 1 ? 0 : outputsOfClip);
        offsets = GC.AllocateUninitializedArray<int>(inputs, pinned: true);
        for (int i = 0; i < inputs; i++)
        {
            offsets[i] = i * pitch;
        }

        strips = [.. StripPlan.StripsOf(outputs)];
        device.Scratch.Reserve(WeightLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int FirstColumn { get; }

    private int Batch { get; }

    /// <summary>Plans y = x * weight.</summary>
    public static WinogradPlan Forward(ComputeDevice device, Conv1dShape shape, int chunkColumns, int chunks) =>
        new(device, shape, backward: false, chunkColumns, chunks);

    /// <summary>Plans dX = dY * weight, mirrored.</summary>
    public static WinogradPlan BackwardInput(ComputeDevice device, Conv1dShape shape, int chunkColumns, int chunks) =>
        new(device, shape, backward: true, chunkColumns, chunks);

    /// <inheritdoc/>
    public void Prepare(float* weight)
    {
        prepared ??= device.Allocate<float>(new Shape(WeightLength));
        TransformWeights(weight, prepared.Address);
    }

    /// <inheritdoc/>
    public void Run<TRows, TSink>(float* weight, int chunks, in TRows rows, in TSink sink)
        where TRows : struct, IHostRows
        where TSink : struct, IStripSink
    {
        HostWorkers workers = device.Workers;
        float* weights = prepared is null ? device.Scratch.TakeAddress(WeightLength) : prepared.Address;
        if (prepared is null)
        {
            TransformWeights(weight, weights);
        }

        // One clip alone is shared out strip by strip.
        int units = (Batch + clipsOfUnit - 1) / clipsOfUnit * chunks;
        int wanted = units >= 2 * workers.Count ? 1 : ((2 * workers.Count) + units - 1) / units;
        int shares = units % workers.Count == 0 ? 1 : Math.Min(strips.Length, wanted);
        workers.Run(
            units * shares, HostWork.OfOperations((long)taps * Batch * Columns * inputs * outputs),
            new UnitBody<TRows, TSink>(
                this, weights, device.Scratch.TakeRooms(WorkerLength), chunks, shares, rows, sink));
    }

    private void TransformWeights(float* weight, float* to) => device.Workers.Run(
        strips.Length, HostWork.OfFloats(2L * WeightLength), new WeightBody(this, weight, to));

    private int WeightLength => points * inputs * ((outputs + 15) / 16 * 16);

    private long Plane => (long)inputs * pitch;

    private long SumPlane => (long)ConvolutionTiles.StripHeight * pitch;

    private long WorkerLength => (points * (Plane + SumPlane)) + (RowsAtOnce * rowPitch);

    /// <summary>Transforms the weights of one strip: [point][channel][filter of the strip].</summary>
    private readonly struct WeightBody(WinogradPlan plan, float* weight, float* transformed) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int height) = plan.strips[part];
            int ofInput = plan.taps * height;
            float* from = weight + (first * plan.outputStride);
            float* to = transformed + (plan.points * plan.inputs * first);
            float* taps = stackalloc float[WeightsAtOnce * ofInput];
            for (int input = 0; input < plan.inputs; input += WeightsAtOnce)
            {
                int inputs = Math.Min(WeightsAtOnce, plan.inputs - input);
                if (plan.mirrored)
                {
                    for (int i = 0; i < inputs; i++)
                    {
                        Mirror(from + ((input + i) * plan.inputStride), height, taps + (i * ofInput));
                    }
                }
                else
                {
                    HostTranspose.Run(
                        from + (input * plan.inputStride), plan.outputStride, height, inputs * plan.taps, taps, height);
                }

                WinogradWeights.Run(plan.taps, taps, inputs, height, to + (input * height), plan.inputs * height);
            }
        }

        private void Mirror(float* from, int height, float* to)
        {
            for (int tap = plan.taps - 1; tap >= 0; tap--, to += height)
            {
                for (int f = 0; f < height; f++)
                {
                    to[f] = from[tap + (f * plan.outputStride)];
                }
            }
        }
    }

    private readonly struct UnitBody<TRows, TSink>(
        WinogradPlan plan, float* transformed, WorkerRooms rooms, int chunks, int shares, TRows rows, TSink sink)
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
            int tiles = Winograd.TilesOf(count);
            float* source = rooms[worker];
            float* sums = source + (plan.points * plan.Plane);
            float* row = sums + (plan.points * plan.SumPlane);
            Transform(clip, clips, first, count, source, row);
            int end = plan.strips.Length * (share + 1) / shares;
            for (int s = plan.strips.Length * share / shares; s < end; s++)
            {
                (int output, int height) = plan.strips[s];
                float* weights = transformed + (plan.points * plan.inputs * output);
                for (int point = 0; point < plan.points; point++)
                {
                    StripPlan.Multiply(
                        source + (point * plan.Plane), plan.offsets, 0, plan.inputs,
                        weights + ((long)point * plan.inputs * height), height, clips * tiles,
                        sums + (point * plan.SumPlane), plan.pitch);
                }

                // A row is stored after the next was made: vectors that span two of it find both in the cache.
                for (int f = 0; f <= height; f++)
                {
                    if (f < height)
                    {
                        Winograd.Output(
                            plan.taps, sums + ((long)f * plan.pitch), plan.SumPlane, clips * tiles,
                            row + (f % RowsAtOnce * plan.rowPitch));
                    }

                    if (f > 0)
                    {
                        sink.Store(
                            clip, clips, output + f - 1, 0, chunk, first, count,
                            row + ((f - 1) % RowsAtOnce * plan.rowPitch), Winograd.Outputs * tiles);
                    }
                }
            }
        }

        private void Transform(int clip, int clips, int first, int count, float* source, float* row)
        {
            int tiles = Winograd.TilesOf(count);
            for (int input = 0; input < plan.inputs; input += RowsAtOnce)
            {
                int inputs = Math.Min(RowsAtOnce, plan.inputs - input);
                Winograd.TransformRows(
                    plan.taps, rows, clip, clips, input, inputs, first + plan.shift, tiles, plan.inside, row,
                    plan.rowPitch, source + ((long)input * plan.pitch), plan.pitch, plan.Plane);
            }
        }
    }
}
