// Gradient of the weights behind a max-pool, from the places of the maxima alone.
//   dWeight[k,c,r] = sum over clips b and windows j, y[b,k,j] > 0, of dY[b,k,j] x[b, c, argMax stride - padding + r]
// Of the K x L outputs of the convolution only one in a window, and none that ReLU cut off, has a gradient: with
// windows of two, some three in eight. Each adds its gradient times one patch of x. With x as [time][channel] a patch
// of R taps is one piece of memory, R x C floats, whose sums fit into registers: 4 taps x 48 are 12 vectors, so that
// one maximum costs 12 multiply-adds with operands from L1 and nothing else (SparseWeightGradientTiles).
// Order of summation: the windows of a clip in registers; the clips of a block one after the other; the blocks in
// order. Blocks are cut by the shape alone, so the bits do not depend on the number of workers.
// For dilation 1 and one group; others take WeightGradientPlan.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;

namespace NativeCnn.Engine.Operators;

/// <summary>The plan of a <see cref="ConvReluPool"/>'s sparse gradient of the weights.</summary>
internal sealed unsafe class SparseWeightGradientPlan
{
    private const int MaxBlocks = 16;
    private const int MaxWindows = 128;

    private readonly ComputeDevice device;
    private readonly Conv1dShape conv;
    private readonly Pool1dShape pool;
    private readonly int channelPitch;
    private readonly int tiles;
    private readonly int tileVectors;
    private readonly int chunks;
    private readonly int windows;
    private readonly int blocks;
    private readonly int steps;

    /// <summary>Plans for one shape.</summary>
    public SparseWeightGradientPlan(ComputeDevice device, Conv1dShape conv, Pool1dShape pool)
    {
        this.device = device;
        this.conv = conv;
        this.pool = pool;
        int lanes = ConvolutionTiles.Lanes;
        // Whole vectors a time step save every split load, which pays for up to a quarter more of them.
        int whole = (conv.Channels + lanes - 1) / lanes * lanes;
        channelPitch = whole * 4 <= conv.Channels * 5 ? whole : conv.Channels;
        int vectors = ((conv.Taps * channelPitch) + lanes - 1) / lanes;
        tiles = (vectors + SparseWeightGradientTiles.MaxVectors - 1) / SparseWeightGradientTiles.MaxVectors;
        tileVectors = (((vectors + tiles - 1) / tiles) + 1) / 2 * 2;
        chunks = (pool.OutputLength + MaxWindows - 1) / MaxWindows;
        windows = (pool.OutputLength + chunks - 1) / chunks;
        blocks = (int)Math.Min((long)conv.Batch * chunks, MaxBlocks);
        steps = ((((windows - 1) * pool.Stride) + pool.Window - 1) * conv.Stride) + conv.Taps;
        device.Scratch.Reserve(BlocksLength);
        device.Scratch.ReserveRooms(WorkerLength);
    }

    private int PatchLength => tiles * tileVectors * ConvolutionTiles.Lanes;

    // One vector a filter follows the patches: the partial sums of its bias.
    private long BlockLength => (long)conv.Filters * (PatchLength + 16);

    // A patch may reach past the last step, by what its length was rounded up.
    private int SourceLength => ((steps * channelPitch) + PatchLength + 63) / 64 * 64;

    private int ListLength => (windows + 31) / 16 * 16;

    private long WorkerLength => SourceLength + (2L * ListLength) + (2L * PatchLength);

    private long BlocksLength => blocks * BlockLength;

    /// <summary>True for the shapes that this plan is for.</summary>
    public static bool Suits(Conv1dShape conv, Pool1dShape pool) =>
        conv is { Dilation: 1, Groups: 1 } && pool.Stride >= 2;

    /// <summary>
    /// dWeight += ..., dBias += ... from the pooled output y, its gradient and the places of its maxima.
    /// </summary>
    public void Run(float* x, float* y, float* dY, int* argMax, float* dWeight, float* dBias)
    {
        float* sums = device.Scratch.TakeAddress(BlocksLength);
        WorkerRooms rooms = device.Scratch.TakeRooms(WorkerLength);
        device.Workers.Run(
            blocks, HostWork.OfOperations(conv.Operations / pool.Stride),
            new SumBody(this, sums, rooms, x, y, dY, argMax));
        device.Workers.Run(
            conv.Filters, HostWork.OfFloats(BlocksLength), new ReduceBody(this, sums, rooms, dWeight, dBias));
    }

    /// <summary>Sums one block of clips x chunks.</summary>
    private readonly struct SumBody(
        SparseWeightGradientPlan plan, float* blocks, WorkerRooms rooms, float* x, float* y, float* dY, int* argMax)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* sums = blocks + (part * plan.BlockLength);
            float* source = rooms[worker];
            new Span<float>(source, plan.SourceLength).Clear();
            long units = (long)plan.conv.Batch * plan.chunks;
            long first = units * part / plan.blocks;
            long end = units * (part + 1) / plan.blocks;
            for (long unit = first; unit < end; unit++)
            {
                int window = (int)(unit % plan.chunks) * plan.windows;
                int count = Math.Min(plan.windows, plan.pool.OutputLength - window);
                Add((int)(unit / plan.chunks), window, count, source, sums, add: unit > first);
            }
        }

        private void Add(int clip, int window, int count, float* source, float* sums, bool add)
        {
            int column = Math.Max(0, (window * plan.pool.Stride) - plan.pool.Padding);
            Turn(clip, (column * plan.conv.Stride) - plan.conv.Padding, source);
            int lanes = ConvolutionTiles.Lanes;
            int length = plan.PatchLength;
            float* gradients = source + plan.SourceLength;
            int* places = (int*)(gradients + plan.ListLength);
            float* biases = sums + ((long)plan.conv.Filters * length);
            for (int k = 0; k < plan.conv.Filters; k++)
            {
                long row = ((((long)clip * plan.conv.Filters) + k) * plan.pool.OutputLength) + window;
                int scale = plan.conv.Stride * plan.channelPitch;
                int maxima = List(y + row, dY + row, argMax + row, count, column, scale, gradients, places);
                for (int tile = 0; tile < plan.tiles; tile++)
                {
                    int at = tile * plan.tileVectors * lanes;
                    float* to = sums + ((long)k * length) + at;
                    SparseWeightGradientTiles.Patch(plan.tileVectors, source + at, places, gradients, maxima, to, add);
                }

                AddBias(gradients, maxima, biases + (k * 16), add);
            }
        }

        /// <summary>source[i][c] = x[c][start + i], 0 outside the clip.</summary>
        private void Turn(int clip, int start, float* source)
        {
            int pitch = plan.channelPitch;
            int length = plan.conv.Length;
            int first = Math.Clamp(-start, 0, plan.steps);
            int end = Math.Clamp(length - start, first, plan.steps);
            new Span<float>(source, first * pitch).Clear();
            float* row = x + ((long)clip * plan.conv.Channels * length) + start + first;
            HostTranspose.Run(row, length, plan.conv.Channels, end - first, source + (first * pitch), pitch);
            new Span<float>(source + (end * pitch), (plan.steps - end) * pitch).Clear();
        }

        /// <summary>Lists the windows that have a gradient: its value, and where its patch begins.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int List(
            float* y, float* dY, int* argMax, int count, int column, int scale, float* gradients, int* places)
        {
            int listed = 0;
            int j = 0;
            if (Avx512F.IsSupported)
            {
                for (; j + 16 <= count; j += 16)
                {
                    Vector512<float> open = ~Vector512.LessThanOrEqual(Vector512.Load(y + j), Vector512<float>.Zero);
                    Vector512<int> place = (Vector512.Load(argMax + j) - Vector512.Create(column)) * scale;
                    Avx512F.Compress(Vector512<float>.Zero, open, Vector512.Load(dY + j)).Store(gradients + listed);
                    Avx512F.Compress(Vector512<int>.Zero, open.AsInt32(), place).Store(places + listed);
                    listed += int.CreateTruncating(ulong.PopCount(open.ExtractMostSignificantBits()));
                }
            }

            for (; j < count; j++)
            {
                gradients[listed] = dY[j];
                places[listed] = (argMax[j] - column) * scale;
                listed += y[j] <= 0f ? 0 : 1;
            }

            return listed;
        }

        private static void AddBias(float* gradients, int count, float* sums, bool add)
        {
            Vector512<float> sum = add ? Vector512.Load(sums) : Vector512<float>.Zero;
            new Span<float>(gradients + count, 16).Clear();
            for (int i = 0; i < count; i += 16)
            {
                sum += Vector512.Load(gradients + i);
            }

            sum.Store(sums);
        }
    }

    /// <summary>Adds the blocks of one filter to the gradients.</summary>
    private readonly struct ReduceBody(
        SparseWeightGradientPlan plan, float* blocks, WorkerRooms rooms, float* dWeight, float* dBias) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int length = plan.PatchLength;
            int channels = plan.conv.Channels;
            int taps = plan.conv.Taps;
            float* total = rooms[worker];
            float* turned = total + length;
            Total(blocks + ((long)part * length), length, total);
            HostTranspose.Run(total, plan.channelPitch, taps, channels, turned, taps);
            var to = new Span<float>(dWeight + ((long)part * channels * taps), channels * taps);
            TensorPrimitives.Add(to, new ReadOnlySpan<float>(turned, channels * taps), to);
            if (dBias != null)
            {
                Total(blocks + ((long)plan.conv.Filters * length) + (part * 16L), 16, total);
                dBias[part] += Vector512.Sum(Vector512.Load(total));
            }
        }

        private void Total(float* of, int length, float* total)
        {
            for (int i = 0; i < length; i += 8)
            {
                Vector256<float> sum = Vector256.Load(of + i);
                for (int block = 1; block < plan.blocks; block++)
                {
                    sum += Vector256.Load(of + (block * plan.BlockLength) + i);
                }

                sum.Store(total + i);
            }
        }
    }
}
