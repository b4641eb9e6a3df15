// Brings recordings of any length to one rate by the operator Resample, a piece at a time: an operator is planned once
// a rate, whatever the lengths. A piece has the input before and behind it that its outputs depend on, so the outputs
// are those of the whole recording.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;

namespace NativeCnn.Features.Augmentation;

/// <summary>Resamples whole recordings on a device.</summary>
/// <param name="device">Where.</param>
/// <param name="sampleRate">The rate to bring them to, in hertz.</param>
internal sealed class RecordingResampler(ComputeDevice device, int sampleRate)
{
    private const int PieceOutputs = 1 << 17;

    // A header that lies about its rate must not cost more memory than this: 256 MiB.
    private const double MostPiece = 1 << 26;

    private readonly Dictionary<int, Pieces> pieces = [];

    /// <summary>The first samples of a recording at the other rate.</summary>
    /// <param name="clip">The recording.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="most">The most samples to return.</param>
    /// <exception cref="AudioFormatException">Its rate is one that cannot be brought to the other.</exception>
    public float[] Resample(AudioClip clip, string name, int most)
    {
        long all = (((long)clip.Samples.Length * sampleRate) + clip.SampleRate - 1) / clip.SampleRate;
        float[] samples = new float[Math.Min(all, most)];
        if (clip.SampleRate == sampleRate)
        {
            clip.Samples.AsSpan(0, samples.Length).CopyTo(samples);
        }
        else
        {
            if (!pieces.TryGetValue(clip.SampleRate, out Pieces? way))
            {
                way = Pieces.Plan(device, clip.SampleRate, sampleRate) ?? throw AudioFormatException.Of(
                    name, $"its sample rate of {clip.SampleRate} Hz cannot be brought to {sampleRate} Hz",
                    "correct its header");
                pieces.Add(clip.SampleRate, way);
            }

            way.Fill(clip.Samples, samples);
        }

        return samples;
    }

    /// <summary>The way from one rate to the other.</summary>
    private sealed class Pieces
    {
        private readonly Resample resample;
        private readonly Tensor<float> input;
        private readonly Tensor<float> output;
        private readonly float[] staging;
        private readonly float[] result;
        private readonly int step;
        private readonly int stepBack;
        private readonly int skipped;

        private Pieces(ComputeDevice device, int fromRate, int toRate, int needed, int outputs, int margin)
        {
            int common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
            (int p, int q) = (fromRate / common, toRate / common);
            resample = new Resample(device, needed, fromRate, toRate, outputs: outputs);
            input = device.Allocate<float>(new Shape(1, needed));
            output = device.Allocate<float>(new Shape(1, outputs));
            staging = new float[needed];
            result = new float[outputs];
            skipped = margin * q;
            stepBack = margin * p;
            step = (outputs - skipped) / q * p;
        }

        /// <summary>Null where the rates take too many weights.</summary>
        public static Pieces? Plan(ComputeDevice device, int fromRate, int toRate)
        {
            int common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
            (int p, int q) = (fromRate / common, toRate / common);
            // Outputs depend on fewer inputs before them than there are taps.
            double margin = Math.Ceiling((double)Engine.Operators.Resample.TapsOf(fromRate, toRate) / p) + 1;
            double outputs = (margin + Math.Max(1, PieceOutputs / q)) * q;
            if (outputs * p / q > MostPiece || outputs > MostPiece ||
                !Engine.Operators.Resample.IsFeasible(fromRate, toRate, (int)outputs))
            {
                return null;
            }

            int needed = Engine.Operators.Resample.InputLength((int)outputs, fromRate, toRate);
            return new Pieces(device, fromRate, toRate, needed, (int)outputs, (int)margin);
        }

        public void Fill(ReadOnlySpan<float> source, Span<float> target)
        {
            int first = -stepBack;
            for (int done = 0; done < target.Length; done += result.Length - skipped, first += step)
            {
                int from = Math.Clamp(first, 0, source.Length);
                int end = Math.Clamp(first + staging.Length, 0, source.Length);
                Array.Clear(staging);
                source[from..end].CopyTo(staging.AsSpan(from - first));
                input.CopyFrom(staging);
                resample.Forward(input, output);
                output.CopyTo(result);
                int count = Math.Min(result.Length - skipped, target.Length - done);
                result.AsSpan(skipped, count).CopyTo(target[done..]);
            }
        }
    }
}
