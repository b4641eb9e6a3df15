// Mixes clips of a mini-batch with one another, as sound: [B, S] to [B, S].
//   y_b = (p x_b + (1 - p) x_o) / sqrt(p^2 + (1 - p)^2),  o = b + 1 modulo B, the next clip of the mini-batch
//   p   = 1 / (1 + 10^((G_b - G_o) / 20) (1 - r) / r),  G the A-weighted levels in dB (ClipLevels)
// so that the ear hears them in the ratio r : 1 - r, which are the shares of their labels. Where a clip is not mixed,
// y_b = x_b and the second share is 0. r is drawn between 1/2 and 1, by seed, epoch and clip: with the neighbours of a
// shuffled order these are the mixtures of r between 0 and 1, and the first label stays the stronger.
// y is assigned, and so are the second labels and shares, for the loss.
// Source: Tokozume, Ushiku, Harada, "Learning from between-class examples for deep sound recognition" (ICLR 2018),
// equations 2 and 3; there a pair is always of two classes, here it is what the order gives.
// Portable: a group a clip. Host: a part a clip.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Between-class mixing of waveforms, drawn by seed, epoch and clip, on the device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class SoundMixer
{
    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly float probability;
    private readonly ulong seed;
    private readonly ClipLevels levels;
    private readonly Tensor<float> powers;

    /// <summary>Plans the mixing.</summary>
    /// <param name="device">Where it will be done.</param>
    /// <param name="options">The share of clips that are mixed.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="batch">Clips of a call.</param>
    /// <param name="samples">Samples of a clip.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentException">A range makes no sense.</exception>
    public SoundMixer(
        ComputeDevice device, AugmentationOptions options, ulong seed, int batch, int samples, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        options.Validate();
        this.device = device;
        this.seed = seed;
        clips = new Shape(batch, samples);
        probability = (float)options.BetweenClasses;
        levels = new ClipLevels(device, clips, sampleRate);
        powers = device.Allocate<float>(new Shape(batch));
        Mixed = new MixedTargets(
            device.Allocate<int>(new Shape(batch)), device.Allocate<float>(new Shape(batch)));
    }

    /// <summary>The label of the clip that each clip was mixed with, and the share that it has, [B].</summary>
    public MixedTargets Mixed { get; }

    /// <summary>y = the clips, mixed.</summary>
    /// <param name="x">[B, S].</param>
    /// <param name="targets">The label of each clip, [B].</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    /// <param name="y">[B, S], other memory than x.</param>
    /// <exception cref="ArgumentException">
    /// A tensor has another shape than planned, or the order ends too early.
    /// </exception>
    public unsafe void Apply(
        Tensor<float> x, Tensor<int> targets, Tensor<int> order, TrainingProgress progress, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(progress);
        x.Expect(clips);
        y.Expect(clips);
        targets.ExpectLength(clips[0]);
        levels.Measure(x, powers);
        if (device.IsHost)
        {
            int start = progress.Position.Span[0];
            GatherRows.ExpectInOrder(order, start, clips[0]);
            device.Workers.Run(clips[0], new HostBody(
                x.Address, targets.Address, powers.Address, order.Address + start, y.Address, Mixed.Targets.Address,
                Mixed.Shares.Address, clips[0], clips[1], progress.Epoch.Span[0], probability, seed));
        }
        else
        {
            device.Load<Args>(Mix).Launch(clips[0], GroupSum.Threads(device), new Args(
                x.View, targets.View, powers.View, order.View, progress.Position.View, progress.Epoch.View, y.View,
                Mixed.Targets.View, Mixed.Shares.View, clips[0], clips[1], probability, seed));
        }
    }

    internal static void Mix(Args a)
    {
        int row = Grid.IdxX;
        int other = (row + 1) % a.Batch;
        int at = a.Position[0] + row;
        float share = ShareOf(a.Seed, a.Epoch[0], at < a.Order.Length ? a.Order[at] : 0, a.Probability);
        float own = PartOf(share, a.Powers[row], a.Powers[other]);
        float rest = 1f - own;
        float scale = 1f / MathF.Sqrt((own * own) + (rest * rest));
        if (Group.IdxX == 0)
        {
            a.SecondTargets[row] = a.Targets[other];
            a.SecondShares[row] = share;
        }

        for (int n = Group.IdxX; n < a.Samples; n += Group.DimX)
        {
            float value = a.X[((long)row * a.Samples) + n];
            float second = a.X[((long)other * a.Samples) + n];
            a.Y[((long)row * a.Samples) + n] = share > 0f ? scale * ((own * value) + (rest * second)) : value;
        }
    }

    /// <summary>1 - r: the share of the second clip, from 0 to 1/2; 0 where the clip is not mixed.</summary>
    private static float ShareOf(ulong seed, int epoch, int clip, float probability)
    {
        float gate = Philox.ToUniform(AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.BetweenClasses));
        float ratio = Philox.ToUniform(AugmentationDraws.Word(seed, epoch, clip, AugmentationDraws.BetweenRatio));
        return gate < probability ? 0.5f * ratio : 0f;
    }

    /// <summary>p of the formula; 10^((G_b - G_o) / 20) is the root of the ratio of powers.</summary>
    private static float PartOf(float share, float power, float other) =>
        1f / (1f + (MathF.Sqrt(power / other) * share / (1f - share)));

    internal readonly record struct Args(
        ArrayView<float> X, ArrayView<int> Targets, ArrayView<float> Powers, ArrayView<int> Order,
        ArrayView<int> Position, ArrayView<int> Epoch, ArrayView<float> Y, ArrayView<int> SecondTargets,
        ArrayView<float> SecondShares, int Batch, int Samples, float Probability, ulong Seed);

    private readonly unsafe struct HostBody(
        float* x, int* targets, float* powers, int* order, float* y, int* secondTargets, float* secondShares, int batch,
        int samples, int epoch, float probability, ulong seed) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int other = (part + 1) % batch;
            float share = ShareOf(seed, epoch, order[part], probability);
            secondTargets[part] = targets[other];
            secondShares[part] = share;
            var own = new ReadOnlySpan<float>(x + ((long)part * samples), samples);
            var second = new ReadOnlySpan<float>(x + ((long)other * samples), samples);
            var mixed = new Span<float>(y + ((long)part * samples), samples);
            if (share == 0f)
            {
                own.CopyTo(mixed);
                return;
            }

            float p = PartOf(share, powers[part], powers[other]);
            float scale = 1f / MathF.Sqrt((p * p) + ((1f - p) * (1f - p)));
            for (int n = 0; n < samples; n++)
            {
                mixed[n] = scale * ((p * own[n]) + ((1f - p) * second[n]));
            }
        }
    }
}
