// Changes clips before their features are computed: [B, S] to [B, S].
//   v[n] = x((n - shift) speed)                        speed as of a tape: pitch, formants and length together
//   y[n] = gain (v[n] + scale noise[n])                scale = rms(v) / 10^(ratio / 20) / rms(noise)
// Between samples x is a windowed sinc of 16 taps, of which a table holds 256 phases, lines between them; beyond the
// ends of the clip there is silence. Places are fixed-point numbers, so that all devices read the same samples.
// White noise is evenly distributed. Pink noise is a sum of octaves, each a white noise that is held twice as long as
// the one before (Voss's way; Gardner, "White and brown music", Scientific American 1978).
// Then, where they are asked for:
//   speed and shift -> room (RoomConvolver) -> gain and noise -> recordings (BackgroundMixer)
// A source at its speed sounds in a room; the microphone hears both with the noise of its own and of the place, which
// is not of that room's. Ratios are those of the clip as it is heard.
// y is assigned. Portable: a group a clip. Host: a part a clip, the taps of a sample in one vector.
using System.Globalization;
using System.Runtime.Intrinsics;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Augmentation;

/// <summary>
/// Shift, speed, room, gain, noise and recordings of clips, drawn by seed, epoch and clip, on the device.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class SoundAugmenter
{
    internal const int Taps = 16;
    internal const int PhaseBits = 8;
    internal const int UnitBits = 20;

    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly SoundAugmentation numbers;
    private readonly SoundAugmentation? behindRoom;
    private readonly RoomConvolver? room;
    private readonly BackgroundMixer? mixer;
    private readonly Tensor<float> sinc;

    /// <summary>Plans the changes.</summary>
    /// <param name="device">Where they will be made.</param>
    /// <param name="options">Their ranges.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="batch">Clips of a call.</param>
    /// <param name="samples">Samples of a clip.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="background">The recordings that are mixed in, where the options name some.</param>
    /// <param name="rooms">The room impulse responses, where the options name some.</param>
    /// <exception cref="ArgumentException">
    /// A range makes no sense, or recordings that the options name were not given.
    /// </exception>
    public SoundAugmenter(
        ComputeDevice device, AugmentationOptions options, ulong seed, int batch, int samples, int sampleRate,
        RecordingBank? background = null, RecordingBank? rooms = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        options.Validate();
        this.device = device;
        clips = new Shape(batch, samples);
        if (options.Rooms is not null)
        {
            room = new RoomConvolver(device, options, seed, clips, rooms ?? throw NotGiven(nameof(rooms)));
            if (options.Gain > 0 || options.Noise != NoiseColor.None)
            {
                behindRoom = new SoundAugmentation(
                    options with { Shift = 0, Speed = 0 }, seed, samples, sampleRate);
            }

            options = options with { Gain = 0, Noise = NoiseColor.None };
        }

        if (options.Background is not null)
        {
            mixer = new BackgroundMixer(
                device, options, seed, clips, background ?? throw NotGiven(nameof(background)));
        }

        numbers = new SoundAugmentation(options, seed, samples, sampleRate);
        if (options.Shift * sampleRate > SoundAugmentation.LongestShift(samples) + 1)
        {
            double seconds = (double)SoundAugmentation.LongestShift(samples) / sampleRate;
            device.Remark(string.Create(
                CultureInfo.InvariantCulture,
                $"shift is {seconds:0.##} s, a quarter of a clip, where {options.Shift} s were asked for"));
        }

        float[] table = SincTable();
        sinc = device.Upload<float>(new Shape(table.Length), table);
        if (device.IsHost)
        {
            device.Scratch.ReserveRooms(numbers.PaddedLength);
        }
    }

    /// <summary>y = the clips, changed.</summary>
    /// <param name="x">[batch, samples].</param>
    /// <param name="order">Which clip of the data set each row is, from the training's position on.</param>
    /// <param name="progress">The position in the order, and the epoch.</param>
    /// <param name="y">[batch, samples], other memory than x.</param>
    /// <exception cref="ArgumentException">
    /// A tensor has another shape than planned, or the order ends too early.
    /// </exception>
    public void Apply(Tensor<float> x, Tensor<int> order, TrainingProgress progress, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(progress);
        x.Expect(clips);
        y.Expect(clips);
        if (device.IsHost)
        {
            GatherRows.ExpectInOrder(order, progress.Position.Span[0], clips[0]);
        }

        Apply(numbers, x, order, progress, y);
        room?.Apply(y, order, progress);
        if (behindRoom is { } behind)
        {
            // Neither shift nor speed: each sample is read where it is written.
            Apply(behind, y, order, progress, y);
        }

        mixer?.Apply(y, order, progress);
    }

    private unsafe void Apply(
        SoundAugmentation n, Tensor<float> x, Tensor<int> order, TrainingProgress progress, Tensor<float> y)
    {
        if (device.IsHost)
        {
            device.Workers.Run(clips[0], new HostBody(
                n, progress.Epoch.Span[0], x.Address, order.Address + progress.Position.Span[0], sinc.Address,
                device.Scratch.TakeRooms(n.PaddedLength), y.Address));
        }
        else
        {
            device.Load<Args>(Change).Launch(clips[0], GroupSum.Threads(device), new Args(
                x.View, order.View, progress.Position.View, progress.Epoch.View, sinc.View, y.View, n));
        }
    }

    private static ArgumentException NotGiven(string name) =>
        new($"the options name recordings for {name}: give them, read into a {nameof(RecordingBank)}", name);

    /// <summary>
    /// Windowed sincs, [phases + 1, taps]: the weights of samples -7 to 8 for a place phase / phases after sample 0.
    /// Each row sums to 1, so that a constant stays what it is.
    /// </summary>
    internal static float[] SincTable()
    {
        const int Phases = 1 << PhaseBits;
        const double Cutoff = 0.95;
        float[] table = new float[(Phases + 1) * Taps];
        double[] row = new double[Taps];
        for (int phase = 0; phase <= Phases; phase++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                double t = tap - ((Taps / 2) - 1) - ((double)phase / Phases);
                double window = Math.Cos(Math.PI * t / (Taps + 1));
                double angle = Math.PI * Cutoff * t;
                row[tap] = (angle == 0 ? 1 : Math.Sin(angle) / angle) * window * window;
            }

            double sum = row.Sum();
            for (int tap = 0; tap < Taps; tap++)
            {
                table[(phase * Taps) + tap] = (float)(row[tap] / sum);
            }
        }

        return table;
    }

    internal static void Change(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        SoundAugmentation n = a.Numbers;
        int row = Grid.IdxX;
        int clip = ClipOf(a, row);
        int epoch = a.Epoch[0];
        int shift = n.ShiftOf(epoch, clip);
        int speed = n.SpeedOf(epoch, clip);
        float gain = n.GainOf(epoch, clip);
        int start = row * n.Samples;
        float mine = 0f;
        for (int i = Group.IdxX; i < n.Samples; i += Group.DimX)
        {
            float value = At(a, start, (long)(i - shift) * speed);
            a.Y[start + i] = gain * value;
            mine += value * value;
        }

        // The sum is taken, and its barriers passed, whether there is noise or not.
        float scale = gain * n.NoiseScaleOf(epoch, clip, GroupSum.Of(shared, mine));
        int end = n.Noise == 0 ? 0 : n.Samples;
        for (int i = Group.IdxX; i < end; i += Group.DimX)
        {
            a.Y[start + i] += scale * n.NoiseAt(epoch, clip, i);
        }
    }

    /// <summary>Clip 0 where the order has ended: nobody reaches outside it.</summary>
    private static int ClipOf(Args a, int row)
    {
        int at = a.Position[0] + row;
        return at < a.Order.Length ? a.Order[at] : 0;
    }

    /// <summary>The sound at a place in units of 2^-20 samples.</summary>
    private static float At(Args a, int start, long place)
    {
        int sample = (int)(place >> UnitBits);
        int rest = (int)(place & ((1 << UnitBits) - 1));
        int samples = a.Numbers.Samples;
        if (rest == 0)
        {
            return sample >= 0 && sample < samples ? a.X[start + sample] : 0f;
        }

        const int LineBits = UnitBits - PhaseBits;
        int row = (rest >> LineBits) * Taps;
        float line = (rest & ((1 << LineBits) - 1)) * (1f / (1 << LineBits));
        int first = sample - ((Taps / 2) - 1);
        float sum = 0f;
        for (int tap = 0; tap < Taps; tap++)
        {
            int at = first + tap;
            if (at >= 0 && at < samples)
            {
                float low = a.Sinc[row + tap];
                sum += (low + (line * (a.Sinc[row + Taps + tap] - low))) * a.X[start + at];
            }
        }

        return sum;
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<int> order, ArrayView<int> position, ArrayView<int> epoch,
        ArrayView<float> sinc, ArrayView<float> y,
        SoundAugmentation numbers)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<int> Order = order;
        public readonly ArrayView<int> Position = position;
        public readonly ArrayView<int> Epoch = epoch;
        public readonly ArrayView<float> Sinc = sinc;
        public readonly ArrayView<float> Y = y;
        public readonly SoundAugmentation Numbers = numbers;
    }

    /// <summary>A clip a part, from a copy with silence around it.</summary>
    private readonly unsafe struct HostBody(
        SoundAugmentation n, int epoch, float* x, int* order, float* sinc, WorkerRooms rooms, float* y) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int clip = order[part];
            float* padded = rooms[worker];
            new Span<float>(padded, Taps).Clear();
            new ReadOnlySpan<float>(x + ((long)part * n.Samples), n.Samples)
                .CopyTo(new Span<float>(padded + Taps, n.Samples));
            new Span<float>(padded + Taps + n.Samples, n.PaddedLength - Taps - n.Samples).Clear();
            float* target = y + ((long)part * n.Samples);
            Play(padded + Taps, n.ShiftOf(epoch, clip), n.SpeedOf(epoch, clip), target);

            var changed = new Span<float>(target, n.Samples);
            float gain = n.GainOf(epoch, clip);
            float power = TensorPrimitives.SumOfSquares<float>(changed);
            TensorPrimitives.Multiply(changed, gain, changed);
            float scale = gain * n.NoiseScaleOf(epoch, clip, power);
            if (n.Noise == (int)NoiseColor.White)
            {
                AddWhite(target, clip, scale);
            }
            else if (n.Noise == (int)NoiseColor.Pink)
            {
                AddPink(target, clip, scale);
            }
        }

        private void Play(float* source, int shift, int speed, float* target)
        {
            const int LineBits = UnitBits - PhaseBits;
            for (int i = 0; i < n.Samples; i++)
            {
                long place = (long)(i - shift) * speed;
                long sample = place >> UnitBits;
                int rest = (int)(place & ((1 << UnitBits) - 1));
                if (sample <= -Taps || sample >= n.Samples + (Taps / 2))
                {
                    target[i] = 0f;
                }
                else if (rest == 0)
                {
                    target[i] = source[sample];
                }
                else
                {
                    float* row = sinc + ((rest >> LineBits) * Taps);
                    float line = (rest & ((1 << LineBits) - 1)) * (1f / (1 << LineBits));
                    Vector512<float> low = Vector512.Load(row);
                    Vector512<float> weights = low + ((Vector512.Load(row + Taps) - low) * line);
                    float* first = source + Math.Max(sample - ((Taps / 2) - 1), -Taps);
                    target[i] = sample < -(Taps / 2) ? 0f : Vector512.Sum(weights * Vector512.Load(first));
                }
            }
        }

        private void AddWhite(float* target, int clip, float scale)
        {
            for (int i = 0; i < n.Samples; i++)
            {
                target[i] += scale * AugmentationDraws.WhiteSample(n.Seed, epoch, clip, i);
            }
        }

        private void AddPink(float* target, int clip, float scale)
        {
            float* held = stackalloc float[AugmentationDraws.Octaves];
            for (int i = 0; i < n.Samples; i++)
            {
                float sum = 0f;
                for (int octave = 0; octave < AugmentationDraws.Octaves; octave++)
                {
                    if ((i & ((1 << octave) - 1)) == 0)
                    {
                        held[octave] = AugmentationDraws.PinkValue(n.Seed, epoch, clip, octave, i >> octave);
                    }

                    sum += held[octave];
                }

                target[i] += scale * sum;
            }
        }
    }
}
