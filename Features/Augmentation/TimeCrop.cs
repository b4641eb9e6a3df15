// A stretch of each clip's features: [B, C, T] to [B, C, L].
//   y[b, c, t] = x[b, c, start_b + t]
// In training the start is drawn anew in each epoch, by AugmentationDraws; in testing it is given. y is assigned.
// Portable: a group a clip. Host: a part a clip.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Takes a stretch of time out of every clip of a mini-batch.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TimeCrop
{
    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly Shape crops;
    private readonly ulong seed;
    private readonly Kernel<Args> crop;
    private Tensor<int>? nothing;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="clips">[B, C, T].</param>
    /// <param name="length">L, from 1 to T.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public TimeCrop(ComputeDevice device, Shape clips, int length, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (clips.Rank != 3 || clips.Length == 0 || length < 1 || length > clips[2])
        {
            throw new ArgumentException(
                $"clips [B, C, T] and 1 to T steps of them were expected, {clips} and {length} came");
        }

        this.device = device;
        this.clips = clips;
        this.seed = seed;
        crops = new Shape(clips[0], clips[1], length);
        crop = device.Load<Args>(Crop);
    }

    /// <summary>Where the first stretch of some begins that lie evenly over a clip: the middle for one.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="count">How many there are.</param>
    public int StartOf(int index, int count) => StartOf(index, count, clips[2] - crops[2]);

    /// <summary>The same, for stretches that are shorter than a clip by so many steps.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="room">T - L.</param>
    public static int StartOf(int index, int count, int room) =>
        count == 1 ? room / 2 : (int)((long)index * room / (count - 1));

    /// <summary>y = the stretches that the training's epoch draws.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    /// <param name="y">[B, C, L].</param>
    /// <exception cref="ArgumentException">
    /// A tensor has another shape than planned, or the order ends too early.
    /// </exception>
    public unsafe void ApplyDrawn(Tensor<float> x, Tensor<int> order, TrainingProgress progress, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(progress);
        Check(x, y);
        if (device.IsHost)
        {
            int first = progress.Position.Span[0];
            GatherRows.ExpectInOrder(order, first, clips[0]);
            Run(new HostBody(
                x.Address, y.Address, order.Address + first, progress.Epoch.Span[0], seed, clips[1], clips[2], crops[2],
                0));
        }
        else
        {
            Launch(new Args(
                x.View, y.View, order.View, progress.Position.View, progress.Epoch.View, seed, clips[1], clips[2],
                crops[2], -1));
        }
    }

    /// <summary>y = the stretches that begin at one step.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="start">From 0 to T - L.</param>
    /// <param name="y">[B, C, L].</param>
    /// <exception cref="ArgumentException">
    /// A tensor has another shape than planned, or the start does not fit.
    /// </exception>
    public unsafe void ApplyAt(Tensor<float> x, int start, Tensor<float> y)
    {
        Check(x, y);
        if (start < 0 || start > clips[2] - crops[2])
        {
            throw new ArgumentException($"{crops[2]} of {clips[2]} steps from step {start} on were asked for");
        }

        if (device.IsHost)
        {
            Run(new HostBody(x.Address, y.Address, null, 0, seed, clips[1], clips[2], crops[2], start));
        }
        else
        {
            // What is not asked for is not touched; its view only has to be a valid one.
            Tensor<int> none = nothing ??= device.Allocate<int>(new Shape(1));
            Launch(new Args(
                x.View, y.View, none.View, none.View, none.View, seed, clips[1], clips[2], crops[2], start));
        }
    }

    private void Check(Tensor<float> x, Tensor<float> y)
    {
        x.Expect(clips);
        y.Expect(crops);
    }

    private void Run(HostBody body) => device.Workers.Run(clips[0], HostWork.OfFloats(2L * crops.Length), body);

    private void Launch(Args args) => crop.Launch(clips[0], GroupSum.Threads(device), args);

    internal static void Crop(Args a)
    {
        int row = Grid.IdxX;
        int start = a.Start;
        if (start < 0)
        {
            int at = a.Position[0] + row;
            int clip = at < a.Order.Length ? a.Order[at] : 0;
            start = AugmentationDraws.Below(
                AugmentationDraws.Word(a.Seed, a.Epoch[0], clip, AugmentationDraws.Crop), a.Full - a.Length + 1);
        }

        int ofRow = a.Channels * a.Length;
        for (int i = Group.IdxX; i < ofRow; i += Group.DimX)
        {
            int channel = i / a.Length;
            int from = (((row * a.Channels) + channel) * a.Full) + start;
            a.Y[(row * ofRow) + i] = a.X[from + i - (channel * a.Length)];
        }
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<float> y, ArrayView<int> order, ArrayView<int> position, ArrayView<int> epoch,
        ulong seed, int channels, int full, int length, int start)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Epoch = epoch;
        public readonly ulong Seed = seed;
        public readonly int Channels = channels;
        public readonly int Full = full;
        public readonly int Length = length;

        /// <summary>Where all stretches begin; below 0 where each clip draws its own.</summary>
        public readonly int Start = start;
    }

    private readonly unsafe struct HostBody(
        float* x, float* y, int* order, int epoch, ulong seed, int channels, int full, int length, int start)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            int first = order == null ? start : AugmentationDraws.Below(
                AugmentationDraws.Word(seed, epoch, order[part], AugmentationDraws.Crop), full - length + 1);
            for (int channel = 0; channel < channels; channel++)
            {
                long row = ((long)part * channels) + channel;
                var from = new ReadOnlySpan<float>(x + (row * full) + first, length);
                from.CopyTo(new Span<float>(y + (row * length), length));
            }
        }
    }
}
