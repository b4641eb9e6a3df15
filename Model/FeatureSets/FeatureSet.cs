// The features of a data set's part, computed on the device and kept there.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Features [N, C, T] and labels [N] of the clips that could be read.</summary>
public sealed class FeatureSet
{
    private readonly Tensor<float>? features;

    private FeatureSet(
        Tensor<float>? features, Tensor<int> labels, IReadOnlyList<ClipEntry> clips, IReadOnlyList<SkippedClip> skipped,
        double audioSeconds)
    {
        this.features = features;
        Labels = labels;
        Clips = clips;
        Skipped = skipped;
        AudioSeconds = audioSeconds;
    }

    /// <summary>[N, C, T], where they are on the device.</summary>
    /// <exception cref="InvalidOperationException">They are in the machine's memory.</exception>
    public Tensor<float> Features => features ?? throw new InvalidOperationException(
        $"these features are in the machine's memory: use {nameof(HostRows)}");

    /// <summary>[N, C, T] in the machine's memory, where the device has no room for them; else null.</summary>
    public float[]? HostRows { get; private init; }

    /// <summary>The sound itself, [N, samples], where it was kept for augmentation.</summary>
    public Tensor<float>? Samples { get; private init; }

    /// <summary>The sound, for augmentation that cannot do without.</summary>
    internal Tensor<float> RequiredSamples => Samples ?? throw new InvalidOperationException(
        $"the sound of these clips was not kept: compute the set with {nameof(FeatureSetOptions.KeepSamples)}");

    /// <summary>[N].</summary>
    public Tensor<int> Labels { get; }

    /// <summary>The clips that the rows belong to.</summary>
    public IReadOnlyList<ClipEntry> Clips { get; }

    /// <summary>The clips that could not be read, with the reason.</summary>
    public IReadOnlyList<SkippedClip> Skipped { get; }

    /// <summary>Seconds of sound that went through the feature chain.</summary>
    public double AudioSeconds { get; }

    /// <summary>Number of clips N.</summary>
    public int Count => Clips.Count;

    /// <summary>Features that are there already, with the label of each row; the clips have no names.</summary>
    /// <param name="features">[N, C, T].</param>
    /// <param name="labels">[N].</param>
    public static FeatureSet FromFeatures(Tensor<float> features, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ClipEntry[] clips = Array.ConvertAll(
            labels, label => new ClipEntry("", "", label, $"{label}", null, null, ClipColumns.None));
        return new FeatureSet(
            features, features.Device.Upload<int>(new Shape(labels.Length), labels), clips, [], audioSeconds: 0);
    }

    /// <summary>Reads clips on all processors and computes their features on the device.</summary>
    /// <param name="device">Where the features are computed.</param>
    /// <param name="entries">The clips.</param>
    /// <param name="reader">Where their samples come from.</param>
    /// <param name="format">Features and clip length.</param>
    /// <param name="options">Where they are kept, and who is told.</param>
    /// <param name="cancellation">Stops between two batches, or a decoder that takes long.</param>
    /// <exception cref="DataSetException">Not one clip could be read.</exception>
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
        ComputedClips computed = options is { Cache: { } cache, KeepSamples: false }
            ? CachedFeatures.Compute(cache, device, entries, reader, format, options, cancellation)
            : ComputedClips.Compute(device, entries, reader, format, options, cancellation);
        return Of(device, computed, format);
    }

    /// <summary>The same features in the machine's memory.</summary>
    public FeatureSet ToHost() => new(null, Labels, Clips, Skipped, AudioSeconds) { HostRows = Features.ToArray() };

    /// <summary>The statistics of these features.</summary>
    /// <param name="format">Features and clip length.</param>
    public Normalizer FitNormalizer(ClipFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return HostRows is { } rows
            ? Normalizer.Fit(rows, Count, format.Channels, format.Frames)
            : Normalizer.Fit(Features);
    }

    /// <summary>Standardises these features, on the device wherever they are kept.</summary>
    /// <param name="normalizer">Mean and deviation of each coefficient.</param>
    /// <param name="format">Features and clip length.</param>
    public void Normalize(Normalizer normalizer, ClipFormat format)
    {
        ArgumentNullException.ThrowIfNull(normalizer);
        ArgumentNullException.ThrowIfNull(format);
        if (HostRows is not { } rows)
        {
            normalizer.Apply(Features);
            return;
        }

        int rowLength = format.Channels * format.Frames;
        Tensor<float> batch = Labels.Device.Allocate<float>(
            new Shape(ComputedClips.BatchSize, format.Channels, format.Frames));
        for (int first = 0; first < Count; first += ComputedClips.BatchSize)
        {
            int count = Math.Min(ComputedClips.BatchSize, Count - first);
            Tensor<float> part = batch.Slice(0, new Shape(count, format.Channels, format.Frames));
            Span<float> values = rows.AsSpan(first * rowLength, count * rowLength);
            part.CopyFrom(values);
            normalizer.Apply(part);
            part.CopyTo(values);
        }
    }

    /// <summary>Puts a set together from features of its clips.</summary>
    /// <exception cref="DataSetException">There is no clip.</exception>
    private static FeatureSet Of(ComputeDevice device, ComputedClips computed, ClipFormat format)
    {
        (IReadOnlyList<ClipEntry> clips, IReadOnlyList<SkippedClip> skipped) = (computed.Clips, computed.Skipped);
        if (clips.Count == 0)
        {
            throw new DataSetException(skipped.Count == 0
                ? "there are no clips to compute features of"
                : $"none of {skipped.Count} clips could be read; the first: {skipped[0].Path}: {skipped[0].Reason}");
        }

        Tensor<int> labels = device.Upload<int>(
            new Shape(clips.Count), clips.Select(clip => clip.LabelIndex).ToArray());
        double seconds = clips.Count * (double)format.ClipSamples / format.Features.SampleRate;
        return new FeatureSet(computed.Features, labels, clips, skipped, seconds)
        {
            HostRows = computed.HostRows,
            Samples = computed.Samples,
        };
    }
}
