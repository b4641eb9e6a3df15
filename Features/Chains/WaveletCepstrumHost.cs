using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace NativeCnn.Features.Chains;

/// <summary>
/// The host bodies between the operators of <see cref="WaveletCepstrumChain"/>: a frame or a clip a part.
/// </summary>
internal static unsafe class WaveletCepstrumHost
{
    /// <summary>[batch * frames, fft], conditioned and windowed.</summary>
    public static void Window(FeaturePlan plan, Tensor<float> clips, Tensor<float> windowed) =>
        plan.Device.Workers.Run(
            plan.Batch * plan.Frames,
            new WindowPart(plan, clips.Address, plan.Window.Address, windowed.Address));

    /// <summary>L, [batch * frames, bins], limited, and every frame's maximum before it was.</summary>
    public static void Log(
        FeaturePlan plan, Tensor<float> spectrum, Tensor<float> logSpectrum, Tensor<float> maxima)
    {
        HostWorkers workers = plan.Device.Workers;
        workers.Run(
            plan.Batch * plan.Frames, new LogPart(plan, spectrum.Address, logSpectrum.Address, maxima.Address));
        if (plan.Limited || plan.Relative)
        {
            workers.Run(plan.Batch, new LimitPart(plan, logSpectrum.Address, maxima.Address));
        }
    }

    /// <summary>[batch * frames, bins, 2] to the power, or magnitude, [batch, bins, frames].</summary>
    public static void Power(FeaturePlan plan, Tensor<float> spectrum, Tensor<float> power) =>
        plan.Device.Workers.Run(plan.Batch, new PowerPart(plan, spectrum.Address, power.Address));

    /// <summary>[batch * frames, width] to [batch, channels, frames], of which the first rows.</summary>
    public static void Transpose(FeaturePlan plan, Tensor<float> rows, Tensor<float> features) =>
        plan.Device.Workers.Run(
            plan.Batch,
            new TransposePart(plan.Frames, rows.Address, rows.Shape[1], features.Address, features.Shape[1]));

    private static float PowerOf(float re, float im, bool isMagnitude)
    {
        float square = (re * re) + (im * im);
        return isMagnitude ? MathF.Sqrt(square) : square;
    }

    private readonly struct WindowPart(FeaturePlan plan, float* clips, float* window, float* windowed) : IHostBody
    {
        public void Run(int part, int worker)
        {
            FeatureOptions options = plan.Options;
            int length = options.FrameLength;
            float* clip = clips + ((long)(part / plan.Frames) * plan.Samples);
            var frame = new Span<float>(windowed + ((long)part * options.FftSize), options.FftSize);
            Span<float> samples = frame[..length];
            long start = Framing.Start(part % plan.Frames, options);
            if (start >= 0 && start + length <= plan.Samples)
            {
                new ReadOnlySpan<float>(clip + start, length).CopyTo(samples);
            }
            else
            {
                for (int n = 0; n < length; n++)
                {
                    int source = Framing.SourceIndex(start + n, plan.Samples, options.PadMode);
                    samples[n] = source < 0 ? 0f : clip[source];
                }
            }

            // In two steps, as FeatureKernels.Condition does.
            for (int step = 0; step < 2 && options.RemoveDc; step++)
            {
                TensorPrimitives.Subtract(samples, TensorPrimitives.Sum<float>(samples) / length, samples);
            }

            float emphasis = (float)options.PreEmphasis;
            for (int n = length - 1; n >= 0 && emphasis != 0; n--)
            {
                samples[n] -= emphasis * samples[Math.Max(n - 1, 0)];
            }

            TensorPrimitives.Multiply(samples, new ReadOnlySpan<float>(window, length), samples);
            frame[length..].Clear();
        }
    }

    private readonly struct LogPart(FeaturePlan plan, float* spectrum, float* logSpectrum, float* maxima) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int bins = plan.Options.Bins;
            bool isMagnitude = plan.Options.Power == 1;
            float* source = spectrum + (2L * part * bins);
            var values = new Span<float>(logSpectrum + ((long)part * bins), bins);
            for (int k = 0; k < bins; k++)
            {
                values[k] = PowerOf(source[2 * k], source[(2 * k) + 1], isMagnitude);
            }

            TensorPrimitives.Add(values, plan.LogOffset, values);
            TensorPrimitives.Max(values, plan.LogFloor, values);
            TensorPrimitives.Log(values, values);
            TensorPrimitives.Multiply(values, plan.LogFactor, values);
            TensorPrimitives.Add(values, plan.LogShift, values);
            maxima[part] = TensorPrimitives.Max<float>(values);
        }
    }

    private readonly struct LimitPart(FeaturePlan plan, float* logSpectrum, float* maxima) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float maximum = TensorPrimitives.Max<float>(
                new ReadOnlySpan<float>(maxima + ((long)part * plan.Frames), plan.Frames));
            int length = plan.Frames * plan.Options.Bins;
            var values = new Span<float>(logSpectrum + ((long)part * length), length);
            if (plan.Limited)
            {
                TensorPrimitives.Max(values, maximum - plan.Range, values);
            }

            if (plan.Relative)
            {
                TensorPrimitives.Subtract(values, maximum, values);
            }
        }
    }

    private readonly struct PowerPart(FeaturePlan plan, float* spectrum, float* power) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int bins, int frames) = (plan.Options.Bins, plan.Frames);
            long first = (long)part * bins * frames;
            for (int m = 0; m < frames; m++)
            {
                float* source = spectrum + (2 * (first + ((long)m * bins)));
                for (int k = 0; k < bins; k++)
                {
                    power[first + ((long)k * frames) + m] =
                        PowerOf(source[2 * k], source[(2 * k) + 1], plan.Options.Power == 1);
                }
            }
        }
    }

    private readonly struct TransposePart(int frames, float* rows, int width, float* features, int channels) : IHostBody
    {
        public void Run(int part, int worker)
        {
            float* source = rows + ((long)part * frames * width);
            float* target = features + ((long)part * channels * frames);
            for (int m = 0; m < frames; m++)
            {
                for (int column = 0; column < width; column++)
                {
                    target[((long)column * frames) + m] = source[((long)m * width) + column];
                }
            }
        }
    }
}
