using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Pictures;

/// <summary>The features of one sound, as a network would see them but for the normalisation.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ClipFeatures
{
    private readonly float[] values;

    private ClipFeatures(FeatureOptions options, double seconds, float[] values, int frames)
    {
        Options = options;
        Seconds = seconds;
        this.values = values;
        Frames = frames;
    }

    /// <summary>The feature chain.</summary>
    public FeatureOptions Options { get; }

    /// <summary>Length of the sound in seconds.</summary>
    public double Seconds { get; }

    /// <summary>Coefficients or mel bands.</summary>
    public int Rows => Options.Rows;

    /// <summary>Time steps.</summary>
    public int Frames { get; }

    /// <summary>[<see cref="Rows"/>, <see cref="Frames"/>], row-major.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>One coefficient or band over all frames.</summary>
    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * Frames, Frames);

    /// <summary>A sound at the rate of a feature chain, on the device: [1, samples].</summary>
    /// <param name="device">Where.</param>
    /// <param name="clip">The sound.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">The feature chain; a sound of another sample rate is resampled.</param>
    /// <exception cref="AudioFormatException">Its rate cannot be brought to the chain's.</exception>
    public static Tensor<float> SamplesOf(ComputeDevice device, AudioClip clip, string name, FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(clip);
        ArgumentNullException.ThrowIfNull(options);
        int length = Resample.OutputLength(clip.Samples.Length, clip.SampleRate, options.SampleRate);
        if (!Resample.IsFeasible(clip.SampleRate, options.SampleRate, length))
        {
            throw new AudioFormatException(
                $"{name}: its sample rate of {clip.SampleRate} Hz cannot be brought to {options.SampleRate} Hz; " +
                "choose another rate, or correct its header");
        }

        return AtRate(device, clip.Samples, clip.SampleRate, options.SampleRate);
    }

    /// <summary>Samples brought to another rate, on the device: [1, samples].</summary>
    internal static Tensor<float> AtRate(ComputeDevice device, float[] samples, int fromRate, int toRate)
    {
        var resample = new Resample(device, samples.Length, fromRate, toRate);
        Tensor<float> there = device.Allocate<float>(new Shape(1, resample.Outputs));
        resample.Forward(device.Upload<float>(new Shape(1, samples.Length), samples), there);
        return there;
    }

    /// <summary>Computes the features of a whole sound, neither cut nor padded.</summary>
    /// <param name="device">Where.</param>
    /// <param name="clip">The sound.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">The feature chain; a sound of another sample rate is resampled.</param>
    /// <exception cref="AudioFormatException">It is shorter than a frame.</exception>
    public static ClipFeatures Compute(ComputeDevice device, AudioClip clip, string name, FeatureOptions options)
    {
        Tensor<float> samples = SamplesOf(device, clip, name, options);
        int frames = options.Frames(samples.Length);
        if (frames < 1)
        {
            throw new AudioFormatException(
                $"{name}: {samples.Length} samples are shorter than a frame of {options.FrameLength}; " +
                "give a longer sound");
        }

        if (frames < options.LeastFrames)
        {
            throw new AudioFormatException(
                $"{name}: {frames} frames are too few for deltas over {options.LeastFrames}; give a longer sound");
        }

        var extractor = new FeatureExtractor(device, options, 1, samples.Length);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(samples, features);
        return new ClipFeatures(options, clip.Seconds, features.ToArray(), frames);
    }
}
