// How loud clips are to the ear, in one number each: the sound pressure level, A-weighted, of the loudest stretch.
//   frames of n samples, n/2 apart, under a Hann window; F = their spectra; n about 0.1 s, a power of two
//   P_b = max over the clip's frames f of sum_k w_k |F_(f,k)|^2,  at least 1e-8 (-80 dB)
// w_k is the A-weighting of IEC 61672 at the frequency of bin k, as a power, at least -80 dB; samples behind the last
// whole frame are not heard. x is [B, S], the powers P are [B], assigned.
// Source: the code of Tokozume et al., "Learning from between-class examples for deep sound recognition" (ICLR 2018).
// Frames and spectra of a few clips at a time: all of a mini-batch would take twice its own memory, again and again.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>The A-weighted level of clips, as a power.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class ClipLevels
{
    /// <summary>-80 dB: silence is no softer.</summary>
    public const float LeastPower = 1e-8f;

    private const int MostFrameSamples = 1 << 20;
    private const double LeastWeight = 1e-8;

    private readonly ComputeDevice device;
    private readonly Shape clips;
    private readonly int length;
    private readonly int framesOfClip;
    private readonly int clipsAtOnce;
    private readonly Tensor<float> window;
    private readonly Tensor<float> weights;
    private readonly Tensor<float> frames;
    private readonly Tensor<float> spectra;
    private readonly RealFft fft;

    /// <summary>Plans the levels.</summary>
    /// <param name="device">Where.</param>
    /// <param name="clips">[B, S].</param>
    /// <param name="sampleRate">Samples a second.</param>
    public ClipLevels(ComputeDevice device, Shape clips, int sampleRate)
    {
        this.device = device;
        this.clips = clips;
        length = LengthOf(sampleRate);
        framesOfClip = clips[1] <= length ? 1 : 1 + ((clips[1] - length) / (length / 2));
        clipsAtOnce = Math.Clamp(MostFrameSamples / (framesOfClip * length), 1, clips[0]);
        while (clips[0] % clipsAtOnce != 0)
        {
            clipsAtOnce--;
        }

        int rows = clipsAtOnce * framesOfClip;
        window = device.Upload<float>(new Shape(length), Hann(length));
        weights = device.Upload<float>(new Shape((length / 2) + 1), Weights(sampleRate, length));
        frames = device.Allocate<float>(new Shape(rows, length));
        spectra = device.Allocate<float>(new Shape(rows, (length / 2) + 1, 2));
        fft = new RealFft(device, rows, length);
    }

    /// <summary>Samples of a frame: the power of two next above 0.09 s, 2,048 at 16 and 4,096 at 44.1 kHz.</summary>
    public static int LengthOf(int sampleRate)
    {
        int length = 16;
        while (length < 0.09 * sampleRate)
        {
            length *= 2;
        }

        return length;
    }

    /// <summary>powers = how loud the clips are.</summary>
    /// <param name="x">[B, S].</param>
    /// <param name="powers">[B], assigned.</param>
    public unsafe void Measure(Tensor<float> x, Tensor<float> powers)
    {
        for (int first = 0; first < clips[0]; first += clipsAtOnce)
        {
            if (device.IsHost)
            {
                device.Workers.Run(frames.Shape[0], new FrameBody(
                    x.Address + ((long)first * clips[1]), window.Address, frames.Address, clips[1], length,
                    framesOfClip));
                fft.Forward(frames, spectra);
                device.Workers.Run(clipsAtOnce, new PowerBody(
                    spectra.Address, weights.Address, powers.Address + first, (length / 2) + 1, framesOfClip));
                continue;
            }

            device.Load<FrameArgs>(Frame).LaunchOver(frames.Length, new FrameArgs(
                x.View, window.View, frames.View, first, clips[1], length, framesOfClip));
            fft.Forward(frames, spectra);
            device.Load<PowerArgs>(Power).Launch(clipsAtOnce, GroupSum.Threads(device), new PowerArgs(
                spectra.View, weights.View, powers.View, first, (length / 2) + 1, framesOfClip));
        }
    }

    /// <summary>The A-weighting of each bin as a power: 10^(A(f) / 10).</summary>
    internal static float[] Weights(int sampleRate, int length) =>
    [
        .. Enumerable.Range(0, (length / 2) + 1).Select(bin =>
        {
            double square = Math.Pow((double)bin * sampleRate / length, 2);
            double response = 12194.0 * 12194 * square * square /
                ((square + (20.6 * 20.6)) * Math.Sqrt((square + (107.7 * 107.7)) * (square + (737.9 * 737.9))) *
                (square + (12194.0 * 12194)));
            return (float)Math.Max(LeastWeight, response * response * Math.Pow(10, 0.2));
        }),
    ];

    private static float[] Hann(int length) =>
        [.. Enumerable.Range(0, length).Select(n => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / length))))];

    internal static void Frame(FrameArgs a)
    {
        int end = (int)a.Frames.Length;
        for (int i = Grid.GlobalLinearIndex; i < end; i += Grid.DimX * Group.DimX)
        {
            int frame = i / a.Length;
            int n = i - (frame * a.Length);
            int at = (frame % a.FramesOfClip * (a.Length / 2)) + n;
            long clip = a.First + (frame / a.FramesOfClip);
            a.Frames[i] = at < a.Samples ? a.Window[n] * a.X[(clip * a.Samples) + at] : 0f;
        }
    }

    internal static void Power(PowerArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        float most = LeastPower;
        for (int frame = 0; frame < a.FramesOfClip; frame++)
        {
            long start = 2L * ((Grid.IdxX * a.FramesOfClip) + frame) * a.Bins;
            float mine = 0f;
            for (int bin = Group.IdxX; bin < a.Bins; bin += Group.DimX)
            {
                float re = a.Spectra[start + (2 * bin)];
                float im = a.Spectra[start + (2 * bin) + 1];
                mine += a.Weights[bin] * ((re * re) + (im * im));
            }

            float power = GroupSum.Of(shared, mine);
            most = power > most ? power : most;
        }

        if (Group.IdxX == 0)
        {
            a.Powers[a.First + Grid.IdxX] = most;
        }
    }

    internal readonly record struct FrameArgs(
        ArrayView<float> X, ArrayView<float> Window, ArrayView<float> Frames, int First, int Samples, int Length,
        int FramesOfClip);

    internal readonly record struct PowerArgs(
        ArrayView<float> Spectra, ArrayView<float> Weights, ArrayView<float> Powers, int First, int Bins,
        int FramesOfClip);

    /// <summary>A frame a part.</summary>
    private readonly unsafe struct FrameBody(
        float* x, float* window, float* frames, int samples, int length, int framesOfClip) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int start = part % framesOfClip * (length / 2);
            float* clip = x + ((long)(part / framesOfClip) * samples) + start;
            float* frame = frames + ((long)part * length);
            int there = Math.Min(length, samples - start);
            for (int n = 0; n < length; n++)
            {
                frame[n] = n < there ? window[n] * clip[n] : 0f;
            }
        }
    }

    /// <summary>A clip a part.</summary>
    private readonly unsafe struct PowerBody(
        float* spectra, float* weights, float* powers, int bins, int framesOfClip) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float most = LeastPower;
            for (int frame = 0; frame < framesOfClip; frame++)
            {
                float* one = spectra + (2L * ((part * framesOfClip) + frame) * bins);
                double power = 0;
                for (int bin = 0; bin < bins; bin++)
                {
                    power += weights[bin] * ((one[2 * bin] * one[2 * bin]) + (one[(2 * bin) + 1] * one[(2 * bin) + 1]));
                }

                most = Math.Max(most, (float)power);
            }

            powers[part] = most;
        }
    }
}
