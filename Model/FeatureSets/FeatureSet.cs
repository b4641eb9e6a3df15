// The features of a data set's part, kept where there is room for them.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Features [N, C, T] and labels [N] of the clips that could be read.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureSet
{
    private readonly PipelineResult result;

    private FeatureSet(PipelineResult result, bool isSound, double audioSeconds)
    {
        this.result = result;
        IsSound = isSound;
        AudioSeconds = audioSeconds;
    }

    /// <summary>[N, C, T], where they are on the device.</summary>
    /// <exception cref="InvalidOperationException">They are not, or the sound was kept instead.</exception>
    public Tensor<float> Features => !IsSound && result.Rows.OnDevice is { } features
        ? features
        : throw new InvalidOperationException(
            $"these features are not on the device: compute the set with {nameof(FeatureMemory.Device)}");

    /// <summary>[N].</summary>
    public Tensor<int> Labels => result.Labels;

    /// <summary>The clips that the rows belong to.</summary>
    public IReadOnlyList<ClipEntry> Clips => result.Clips;

    /// <summary>The clips that could not be read, with the reason.</summary>
    public IReadOnlyList<SkippedClip> Skipped => result.Skipped;

    /// <summary>The clips whose files are odd, and were read all the same.</summary>
    public IReadOnlyList<ClipRemark> Remarks => result.Remarks;

    /// <summary>The length of each clip in seconds, all of it; empty where it is not known.</summary>
    public ReadOnlySpan<float> Seconds => result.Seconds;

    /// <summary>Seconds of sound that went through the feature chain.</summary>
    public double AudioSeconds { get; }

    /// <summary>Number of clips N.</summary>
    public int Count => result.Clips.Length;

    /// <summary>Whether the rows are the sound itself, [N, samples], for augmentation.</summary>
    internal bool IsSound { get; }

    /// <summary>Where mini-batches come from.</summary>
    internal IBatchSource Rows => result.Rows;

    /// <summary>Features that are there already, with the label of each row; the clips have no names.</summary>
    /// <param name="features">[N, C, T].</param>
    /// <param name="labels">[N].</param>
    public static FeatureSet FromFeatures(Tensor<float> features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        Tensor<int> uploaded = features.Device.Upload<int>(new Shape(labels.Length), labels);
        return Of(new DeviceBatches(features, uploaded), uploaded, labels);
    }

    /// <summary>Features that lie outside of a device, with the label of each row; the clips have no names.</summary>
    /// <param name="device">Where mini-batches go.</param>
    /// <param name="features">Rows of [C, T].</param>
    /// <param name="labels">[N].</param>
    public static FeatureSet FromFeatures(ComputeDevice device, IRowReader features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        Tensor<int> uploaded = device.Upload<int>(new Shape(labels.Length), labels);
        return Of(Batches.Of(features, uploaded), uploaded, labels);
    }

    /// <summary>Reads clips on all processors and computes their features on the device.</summary>
    /// <param name="device">Where the features are computed.</param>
    /// <param name="entries">The clips.</param>
    /// <param name="reader">Where their samples come from.</param>
    /// <param name="format">Features and clip length.</param>
    /// <param name="options">Where they are kept, and who is told.</param>
    /// <param name="cancellation">Stops between two blocks of clips, or a decoder that takes long.</param>
    /// <exception cref="DataSetException">Not one clip could be read, or the disk has no room.</exception>
    /// <exception cref="DeviceMemoryException">The device has no room for them.</exception>
    public static FeatureSet Compute(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        FeatureSetOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        PipelineResult result = FeaturePipeline.Run(device, entries, reader, format, options, cancellation);
        double seconds = result.Clips.Length * (double)format.ClipSamples / format.Features.SampleRate;
        return new FeatureSet(result, options.KeepSamples, seconds);
    }

    /// <summary>The statistics of these features.</summary>
    /// <param name="format">Features and clip length.</param>
    public Normalizer FitNormalizer(ClipFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return Normalizer.Fit(result.Moments, format.Channels, format.Frames);
    }

    /// <summary>
    /// Standardises these features: at once where they are on the device, else each mini-batch as it arrives there.
    /// Sound stays as it is.
    /// </summary>
    /// <param name="normalizer">Mean and deviation of each coefficient.</param>
    public void Normalize(Normalizer normalizer)
    {
        ArgumentNullException.ThrowIfNull(normalizer);
        if (!IsSound)
        {
            result.Rows.Normalize(normalizer);
        }
    }

    private static FeatureSet Of(IBatchSource rows, Tensor<int> uploaded, int[] labels)
    {
        ClipEntry[] clips = Array.ConvertAll(
            labels, label => new ClipEntry("", "", label, $"{label}", null, null, ClipColumns.None));
        return new FeatureSet(
            new PipelineResult(rows, uploaded, clips, [], [], [], []), isSound: false, audioSeconds: 0);
    }
}
