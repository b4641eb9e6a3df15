// Mixes a recording into each clip: [B, S], in place.
//   y[n] = x[n] + scale r[(place + n) modulo length]
//   scale = rms(x) / rms(r over these S samples) / 10^(ratio / 20)
// Recording, place and ratio are drawn by seed, epoch and clip (AugmentationDraws). A recording that is shorter than a
// clip is repeated. Both levels have a floor, so that nothing is divided by zero: a clip below -80 dBFS, silence among
// them, gets noise as one of -80 dBFS would; a stretch of a recording below -100 dBFS, which 16 bits do not hold, is
// made no louder than one of -100 dBFS.
// Portable: a group a clip. Host: a part a clip.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Augmentation;

/// <summary>Mixes recordings into clips at a drawn signal-to-noise ratio, on the device.</summary>
internal sealed class BackgroundMixer
{
    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly RecordingBank recordings;
    private readonly BackgroundDraws draws;

    /// <summary>Plans the mixing.</summary>
    /// <param name="device">Where.</param>
    /// <param name="options">The range of the ratio.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="recordings">What is mixed in.</param>
    public BackgroundMixer(
        ComputeDevice device, AugmentationOptions options, ulong seed, Shape clips, RecordingBank recordings)
    {
        this.device = device;
        this.clips = clips;
        this.recordings = recordings;
        draws = new BackgroundDraws(options, seed, clips[1], recordings.Count);
    }

    /// <summary>clips += their recordings.</summary>
    /// <param name="x">[batch, samples]; changed.</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    public unsafe void Apply(Tensor<float> x, Tensor<int> order, TrainingProgress progress)
    {
        x.Expect(clips);
        if (device.IsHost)
        {
            device.Workers.Run(clips[0], new HostBody(
                draws, progress.Epoch.Span[0], order.Address + progress.Position.Span[0],
                recordings.Samples.Address, recordings.Starts.Address, x.Address));
        }
        else
        {
            device.Load<Args>(Mix).Launch(clips[0], GroupSum.Threads(device), new Args(
                x.View, order.View, progress.Position.View, progress.Epoch.View, recordings.Samples.View,
                recordings.Starts.View, draws));
        }
    }

    internal static void Mix(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        BackgroundDraws n = a.Draws;
        int at = a.Position[0] + Grid.IdxX;
        int clip = at < a.Order.Length ? a.Order[at] : 0;
        int epoch = a.Epoch[0];
        int recording = n.RecordingOf(epoch, clip);
        int first = a.Starts[recording];
        int length = a.Starts[recording + 1] - first;
        int place = n.PlaceOf(epoch, clip, length);
        int start = Grid.IdxX * n.Samples;
        float signal = 0f;
        float noise = 0f;
        for (int i = Group.IdxX; i < n.Samples; i += Group.DimX)
        {
            float value = a.X[start + i];
            float other = a.Sounds[first + ((place + i) % length)];
            signal += value * value;
            noise += other * other;
        }

        float scale = n.ScaleOf(epoch, clip, GroupSum.Of(shared, signal), GroupSum.Of(shared, noise));
        for (int i = Group.IdxX; i < n.Samples; i += Group.DimX)
        {
            a.X[start + i] += scale * a.Sounds[first + ((place + i) % length)];
        }
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<int> order, ArrayView<int> position, ArrayView<int> epoch,
        ArrayView<float> sounds, ArrayView<int> starts, BackgroundDraws draws)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Epoch = epoch;
        public readonly ArrayView<float> Sounds = sounds;
        public readonly ArrayView<int> Starts = starts;
        public readonly BackgroundDraws Draws = draws;
    }

    private readonly unsafe struct HostBody(
        BackgroundDraws n, int epoch, int* order, float* sounds, int* starts, float* x) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int clip = order[part];
            int recording = n.RecordingOf(epoch, clip);
            float* sound = sounds + starts[recording];
            int length = starts[recording + 1] - starts[recording];
            int place = n.PlaceOf(epoch, clip, length);
            var samples = new Span<float>(x + ((long)part * n.Samples), n.Samples);
            float noise = 0f;
            for (int done = 0, from = place; done < n.Samples; from = 0)
            {
                int count = Math.Min(length - from, n.Samples - done);
                noise += TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(sound + from, count));
                done += count;
            }

            float scale = n.ScaleOf(epoch, clip, TensorPrimitives.SumOfSquares<float>(samples), noise);
            for (int done = 0, from = place; done < n.Samples; from = 0)
            {
                int count = Math.Min(length - from, n.Samples - done);
                Span<float> piece = samples.Slice(done, count);
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(sound + from, count), scale, piece, piece);
                done += count;
            }
        }
    }
}
