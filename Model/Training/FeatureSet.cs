// The features of a data set's part, computed on the device and kept there.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Spectral;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Training;

/// <summary>How clips become the input of a network.</summary>
/// <param name="Features">The feature chain and its sample rate.</param>
/// <param name="ClipSamples">Samples that every clip is cut or padded to.</param>
public sealed record ClipFormat(FeatureOptions Features, int ClipSamples)
{
    /// <summary>Channels C of the network's input: coefficients or mel bands.</summary>
    public int Channels => Features.Rows;

    /// <summary>Time steps T of the network's input.</summary>
    public int Frames => Features.Frames(ClipSamples);
}

/// <summary>Features [N, C, T] and labels [N] of the clips that could be read.</summary>
public sealed class FeatureSet
{
    /// <summary>Clips that go through the feature chain together.</summary>
    private const int BatchSize = 64;

    /// <summary>Samples decoded at a time, 64 MiB, but at least a batch of clips.</summary>
    private const int SamplesAhead = 1 << 24;

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
        var none = new Dictionary<string, string>();
        ClipEntry[] clips = Array.ConvertAll(labels, label => new ClipEntry("", "", label, $"{label}", null, null, none));
        return new FeatureSet(
            features, features.Device.Upload<int>(new Shape(labels.Length), labels), clips, [], audioSeconds: 0);
    }

    /// <summary>Reads clips on all processors and computes their features on the device.</summary>
    /// <param name="device">Where the features are computed and stay.</param>
    /// <param name="entries">The clips.</param>
    /// <param name="reader">Where their samples come from.</param>
    /// <param name="format">Features and clip length.</param>
    /// <param name="done">Told how many clips are done, now and then.</param>
    /// <param name="keepOnHost">True keeps the features in the machine's memory.</param>
    /// <param name="cache">Asked for features first, and given those that it did not have; null for none.</param>
    /// <param name="cancellation">Stops between two batches, or a decoder that takes long.</param>
    /// <exception cref="DataSetException">Not one clip could be read.</exception>
    /// <exception cref="DeviceMemoryException">The device has no room for them.</exception>
    public static FeatureSet Compute(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        Action<int>? done = null, bool keepOnHost = false, FeatureCache? cache = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(format);
        return cache is null
            ? Of(ComputeAll(device, entries, reader, format, keepOnHost, done, cancellation), format)
            : CachedFeatures.Compute(cache, device, entries, reader, format, keepOnHost, done, cancellation);
    }

    /// <summary>Puts a set together from features of its clips.</summary>
    /// <exception cref="DataSetException">There is no clip.</exception>
    internal static FeatureSet Of(ComputedClips computed, ClipFormat format)
    {
        (IReadOnlyList<ClipEntry> clips, IReadOnlyList<SkippedClip> skipped) = (computed.Clips, computed.Skipped);
        if (clips.Count == 0)
        {
            throw new DataSetException(skipped.Count == 0
                ? "there are no clips to compute features of"
                : $"none of {skipped.Count} clips could be read; the first: {skipped[0].Path}: {skipped[0].Reason}");
        }

        Tensor<int> labels = computed.Device.Upload<int>(
            new Shape(clips.Count), clips.Select(clip => clip.LabelIndex).ToArray());
        double seconds = clips.Count * (double)format.ClipSamples / format.Features.SampleRate;
        return new FeatureSet(computed.Features, labels, clips, skipped, seconds) { HostRows = computed.HostRows };
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
        Tensor<float> batch = Labels.Device.Allocate<float>(new Shape(BatchSize, format.Channels, format.Frames));
        for (int first = 0; first < Count; first += BatchSize)
        {
            int count = Math.Min(BatchSize, Count - first);
            Tensor<float> part = batch.Slice(0, new Shape(count, format.Channels, format.Frames));
            Span<float> values = rows.AsSpan(first * rowLength, count * rowLength);
            part.CopyFrom(values);
            normalizer.Apply(part);
            part.CopyTo(values);
        }
    }

    /// <summary>Reads and computes every clip.</summary>
    internal static ComputedClips ComputeAll(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format, bool keepOnHost,
        Action<int>? done, CancellationToken cancellation)
    {
        int rowLength = format.Channels * format.Frames;
        int batchSize = Math.Min(BatchSize, Math.Max(1, entries.Count));
        // Room for whole batches: the last one ends in rows of silence that nobody looks at.
        int capacity = (entries.Count + batchSize - 1) / batchSize * batchSize;
        float[] hostRows = new float[keepOnHost ? capacity * rowLength : 0];
        Tensor<float> features = device.Allocate<float>(
            new Shape(keepOnHost ? batchSize : capacity, format.Channels, format.Frames));
        var batch = new ClipBatch(device, format, batchSize);
        var extractor = new FeatureExtractor(device, format.Features, batchSize, format.ClipSamples);
        var source = new SampleSource(reader, format);
        int ahead = Math.Clamp(SamplesAhead / format.ClipSamples, BatchSize, 4 * BatchSize);
        List<HeardClip> heard = [];
        List<ClipEntry> clips = [];
        List<SkippedClip> skipped = [];
        for (int first = 0; first < entries.Count; first += ahead)
        {
            int count = Math.Min(ahead, entries.Count - first);
            (HeardClip? Clip, SkippedClip? Skipped)[] read = source.ReadAll(entries, first, count, cancellation);
            heard.AddRange(read.Select(one => one.Clip).OfType<HeardClip>());
            skipped.AddRange(read.Select(one => one.Skipped).OfType<SkippedClip>());
            clips.AddRange(entries.Skip(first).Take(count).Where((_, i) => read[i].Clip is not null));
            bool last = first + count == entries.Count;
            int taken = 0;
            while (heard.Count - taken >= batchSize || (last && taken < heard.Count))
            {
                cancellation.ThrowIfCancellationRequested();
                int row = clips.Count - heard.Count + taken;
                int size = Math.Min(batchSize, heard.Count - taken);
                batch.Load(heard, taken, size);
                extractor.Extract(batch.Samples, features.Slice(keepOnHost ? 0 : row * rowLength, extractor.Output));
                if (keepOnHost)
                {
                    features.CopyTo(hostRows.AsSpan(row * rowLength, batchSize * rowLength));
                }

                taken += size;
                done?.Invoke(row + size + skipped.Count);
            }

            heard.RemoveRange(0, taken);
        }

        return new ComputedClips(
            device,
            keepOnHost ? null : features.Slice(0, new Shape(clips.Count, format.Channels, format.Frames)),
            keepOnHost ? hostRows[..(clips.Count * rowLength)] : null,
            clips, skipped);
    }
}

/// <summary>What came of clips.</summary>
/// <param name="Device">Where it was computed.</param>
/// <param name="Features">[clips, C, T] on the device, or null.</param>
/// <param name="HostRows">The same in the machine's memory, or null.</param>
/// <param name="Clips">The clip of each row.</param>
/// <param name="Skipped">The clips that could not be read.</param>
internal sealed record ComputedClips(
    ComputeDevice Device, Tensor<float>? Features, float[]? HostRows, IReadOnlyList<ClipEntry> Clips,
    IReadOnlyList<SkippedClip> Skipped);
