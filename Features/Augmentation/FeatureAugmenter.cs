// Changes normalised features: [B, C, T] to [B, C, T].
//   a[c, t] = 0 in the masks of the clip, else x[c (1 + warp), t] on a line between neighbouring rows, + lift[c]
//   lift[c] = tilt (slope P1(u) + bend P2(u)),  u = -1 .. 1 over the R rows, P1 = u, P2 = (3 u^2 - 1) / 2 (Legendre)
//   y_b     = (1 - share_b) a_b + share_b a_p,  p = b + 1 modulo B, the next clip of the mini-batch
// Zero is the mean over the training part, for features that are normalised. Rows are warped and masked within each
// block of R rows (features, deltas, delta-deltas), in the same way; those of the first alone are lifted, for another
// microphone or place leaves deltas as they are. The clips' draws: AugmentationDraws.
// y is assigned, and so are the second labels and shares, for the loss.
// Sources: masks, Park et al., "SpecAugment" (Interspeech 2019); warp, Jaitly and Hinton, "Vocal tract length
// perturbation improves speech recognition" (ICML 2013); tilt, after Nam, Kim and Park, "FilterAugment: an acoustic
// environmental data augmentation method" (ICASSP 2022), with smooth curves; mixup, Zhang et al., "mixup: beyond
// empirical risk minimization" (ICLR 2018), with an even distribution of shares.
// Portable: a group a clip, draws in shared memory. Host: a part a clip, a row at a time.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Augmentation;

/// <summary>Masks, warp, tilt and mixup of features, drawn by seed, epoch and clip, on the device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureAugmenter
{
    private readonly ComputeDevice device;
    private readonly Shape features;
    private readonly FeatureAugmentation numbers;

    /// <summary>Plans the changes.</summary>
    /// <param name="device">Where they will be made.</param>
    /// <param name="options">Their ranges.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="features">[B, C, T].</param>
    /// <param name="rows">Rows R of a block; C is a multiple of it.</param>
    /// <exception cref="ArgumentException">A range makes no sense, or rows and channels do not fit.</exception>
    public FeatureAugmenter(ComputeDevice device, AugmentationOptions options, ulong seed, Shape features, int rows)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        options.Validate();
        if (features.Rank != 3 || features.Length == 0 || features[1] % rows != 0)
        {
            throw new ArgumentException(
                $"features [B, C, T] with blocks of {rows} rows were expected, {features} came");
        }

        this.device = device;
        this.features = features;
        numbers = new FeatureAugmentation(options, seed, features, rows);
        Mixed = new MixedTargets(
            device.Allocate<int>(new Shape(features[0])), device.Allocate<float>(new Shape(features[0])));
        if (device.IsHost)
        {
            device.Scratch.ReserveRooms(numbers.RowLength);
        }
    }

    /// <summary>The label of the clip that each clip was mixed with, and the share that it has, [B].</summary>
    public MixedTargets Mixed { get; }

    /// <summary>y = the features, changed.</summary>
    /// <param name="x">[B, C, T].</param>
    /// <param name="targets">The label of each clip, [B].</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    /// <param name="y">[B, C, T], other memory than x.</param>
    /// <exception cref="ArgumentException">
    /// A tensor has another shape than planned, or the order ends too early.
    /// </exception>
    public unsafe void Apply(
        Tensor<float> x, Tensor<int> targets, Tensor<int> order, TrainingProgress progress, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(progress);
        int batch = features[0];
        x.Expect(features);
        y.Expect(features);
        targets.ExpectLength(batch);
        if (device.IsHost)
        {
            int start = progress.Position.Span[0];
            GatherRows.ExpectInOrder(order, start, batch);
            WorkerRooms rooms = device.Scratch.TakeRooms(numbers.RowLength);
            device.Workers.Run(batch, new HostBody(
                numbers, progress.Epoch.Span[0], x.Address, targets.Address, order.Address + start, rooms, y.Address,
                Mixed.Targets.Address, Mixed.Shares.Address));
        }
        else
        {
            device.Load<Args>(Change).Launch(batch, GroupSum.Threads(device), new Args(
                x.View, targets.View, order.View, progress.Position.View, progress.Epoch.View, y.View,
                Mixed.Targets.View,
                Mixed.Shares.View, numbers));
        }
    }

    internal static void Change(Args a)
    {
        // The words of the clip, then those of the clip it is mixed with.
        ArrayView<int> words = SharedMemory.Allocate<int>(2 * AugmentationDraws.Count);
        FeatureAugmentation n = a.Numbers;
        int row = Grid.IdxX;
        int epoch = a.Epoch[0];
        int other = (row + 1) % n.Batch;
        for (int i = Group.IdxX; i < 2 * AugmentationDraws.Count; i += Group.DimX)
        {
            int at = a.Position[0] + (i < AugmentationDraws.Count ? row : other);
            int clip = at < a.Order.Length ? a.Order[at] : 0;
            words[i] = (int)AugmentationDraws.Word(n.Seed, epoch, clip, i % AugmentationDraws.Count);
        }

        Group.Barrier();
        float share = n.Mixup * Philox.ToUniform((uint)words[AugmentationDraws.Mixup]);
        if (Group.IdxX == 0)
        {
            a.SecondTargets[row] = a.Targets[other];
            a.SecondShares[row] = share;
        }

        int length = n.Channels * n.Frames;
        for (int i = Group.IdxX; i < length; i += Group.DimX)
        {
            float value = At(a, words, 0, row, i / n.Frames, i % n.Frames);
            if (share > 0f)
            {
                float second = At(a, words, AugmentationDraws.Count, other, i / n.Frames, i % n.Frames);
                value += share * (second - value);
            }

            a.Y[(row * length) + i] = value;
        }
    }

    private static float At(Args a, ArrayView<int> words, int first, int row, int channel, int t)
    {
        FeatureAugmentation n = a.Numbers;
        int band = channel % n.Rows;
        bool masked = false;
        for (int mask = 0; mask < n.TimeMasks; mask++)
        {
            int at = first + AugmentationDraws.TimeMasks + (2 * mask);
            masked |= FeatureAugmentation.Holds((uint)words[at], (uint)words[at + 1], n.TimeMaskFrames, n.Frames, t);
        }

        for (int mask = 0; mask < n.BandMasks; mask++)
        {
            int at = first + AugmentationDraws.BandMasks + (2 * mask);
            masked |= FeatureAugmentation.Holds((uint)words[at], (uint)words[at + 1], n.BandMaskRows, n.Rows, band);
        }

        float place = n.PlaceOf((uint)words[first + AugmentationDraws.Warp], band);
        int below = (int)place;
        int above = IntrinsicMath.Min(below + 1, n.Rows - 1);
        int start = (((row * n.Channels) + channel - band) * n.Frames) + t;
        float low = a.X[start + (below * n.Frames)];
        float value = low + ((place - below) * (a.X[start + (above * n.Frames)] - low));
        float lift = n.LiftOf(
            (uint)words[first + AugmentationDraws.Slope], (uint)words[first + AugmentationDraws.Bend], channel);
        return masked ? 0f : value + lift;
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<int> targets, ArrayView<int> order, ArrayView<int> position, ArrayView<int> epoch,
        ArrayView<float> y,
        ArrayView<int> secondTargets, ArrayView<float> secondShares, FeatureAugmentation numbers)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<int> Targets = targets;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Epoch = epoch;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<int> SecondTargets = secondTargets;
        public readonly ArrayView<float> SecondShares = secondShares;
        public readonly FeatureAugmentation Numbers = numbers;
    }

    private readonly unsafe struct HostBody(
        FeatureAugmentation n, int epoch, float* x, int* targets, int* order, WorkerRooms rooms, float* y,
        int* secondTargets, float* secondShares) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int other = (part + 1) % n.Batch;
            uint* words = stackalloc uint[AugmentationDraws.Count];
            uint* otherWords = stackalloc uint[AugmentationDraws.Count];
            for (int slot = 0; slot < AugmentationDraws.Count; slot++)
            {
                words[slot] = AugmentationDraws.Word(n.Seed, epoch, order[part], slot);
                otherWords[slot] = AugmentationDraws.Word(n.Seed, epoch, order[other], slot);
            }

            float share = n.Mixup * Philox.ToUniform(words[AugmentationDraws.Mixup]);
            secondTargets[part] = targets[other];
            secondShares[part] = share;
            float* second = rooms[worker];
            for (int channel = 0; channel < n.Channels; channel++)
            {
                float* row = y + ((((long)part * n.Channels) + channel) * n.Frames);
                Fill(words, part, channel, row);
                if (share > 0f)
                {
                    Fill(otherWords, other, channel, second);
                    var mixed = new Span<float>(row, n.Frames);
                    TensorPrimitives.Lerp(mixed, new ReadOnlySpan<float>(second, n.Frames), share, mixed);
                }
            }
        }

        /// <summary>A row of a clip, warped and masked.</summary>
        private void Fill(uint* words, int row, int channel, float* to)
        {
            int band = channel % n.Rows;
            var target = new Span<float>(to, n.Frames);
            for (int mask = 0; mask < n.BandMasks; mask++)
            {
                int at = AugmentationDraws.BandMasks + (2 * mask);
                if (FeatureAugmentation.Holds(words[at], words[at + 1], n.BandMaskRows, n.Rows, band))
                {
                    target.Clear();
                    return;
                }
            }

            float place = n.PlaceOf(words[AugmentationDraws.Warp], band);
            int below = (int)place;
            int above = Math.Min(below + 1, n.Rows - 1);
            float* block = x + ((((long)row * n.Channels) + channel - band) * n.Frames);
            var low = new ReadOnlySpan<float>(block + (below * n.Frames), n.Frames);
            var high = new ReadOnlySpan<float>(block + (above * n.Frames), n.Frames);
            if (place == below)
            {
                low.CopyTo(target);
            }
            else
            {
                TensorPrimitives.Lerp(low, high, place - below, target);
            }

            float lift = n.LiftOf(words[AugmentationDraws.Slope], words[AugmentationDraws.Bend], channel);
            if (lift != 0f)
            {
                TensorPrimitives.Add(target, lift, target);
            }

            for (int mask = 0; mask < n.TimeMasks; mask++)
            {
                int at = AugmentationDraws.TimeMasks + (2 * mask);
                (int first, int width) = FeatureAugmentation.MaskOf(
                    words[at], words[at + 1], n.TimeMaskFrames, n.Frames);
                target.Slice(first, width).Clear();
            }
        }
    }
}
