// The features of a data set's part, computed on the device and kept there.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Spectral;
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

    /// <summary>Clips decoded at a time, a multiple of <see cref="BatchSize"/>: bounds the memory for samples.</summary>
    private const int DecodeAhead = 4 * BatchSize;

    private readonly Tensor<float>? features;

    private FeatureSet(
        Tensor<float>? features, Tensor<int> labels, IReadOnlyList<ClipEntry> clips, IReadOnlyList<SkippedClip> skipped,
        double audioSeconds, Tensor<float>? samples = null)
    {
        Samples = samples;
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
    public Tensor<float>? Samples { get; }

    /// <summary>[N].</summary>
    public Tensor<int> Labels { get; }

    /// <summary>The sound, for augmentation that cannot do without.</summary>
    internal Tensor<float> RequiredSamples => Samples ?? throw new InvalidOperationException(
        "the sound of these clips was not kept: compute the set with keepSamples");

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

    /// <summary>Reads clips on all processors, computes their features on the device, and normalises them.</summary>
    /// <param name="device">Where the features are computed and stay.</param>
    /// <param name="entries">The clips.</param>
    /// <param name="reader">Where their samples come from.</param>
    /// <param name="format">Features and clip length.</param>
    /// <param name="done">Told how many clips are done, now and then.</param>
    /// <param name="keepOnHost">True keeps the features in the machine's memory.</param>
    /// <param name="keepSamples">True keeps the sound on the device too, for augmentation.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="DataSetException">Not one clip could be read.</exception>
    /// <exception cref="DeviceMemoryException">The device has no room for them.</exception>
    public static FeatureSet Compute(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        Action<int>? done = null, bool keepOnHost = false, bool keepSamples = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(format);
        int rowLength = format.Channels * format.Frames;
        // Room for whole batches: the last one ends in rows of silence that nobody looks at.
        int capacity = (entries.Count + BatchSize - 1) / BatchSize * BatchSize;
        float[] hostRows = new float[keepOnHost ? capacity * rowLength : 0];
        Tensor<float> features = device.Allocate<float>(
            new Shape(keepOnHost ? BatchSize : capacity, format.Channels, format.Frames));
        Tensor<float> samples = device.Allocate<float>(
            new Shape(keepSamples ? capacity : BatchSize, format.ClipSamples));
        var extractor = new FeatureExtractor(device, format.Features, BatchSize, format.ClipSamples);
        var source = new SampleSource(reader, format);
        float[] decoded = new float[DecodeAhead * format.ClipSamples];
        List<ClipEntry> clips = [];
        List<SkippedClip> skipped = [];
        int waiting = 0;
        for (int first = 0; first < entries.Count; first += DecodeAhead - BatchSize)
        {
            int count = Math.Min(DecodeAhead - BatchSize, entries.Count - first);
            SkippedClip?[] failures = source.ReadAll(entries, first, count, decoded, waiting);
            waiting = Compact(entries, first, failures, decoded, waiting, format.ClipSamples, clips, skipped);
            bool last = first + count == entries.Count;
            int taken = 0;
            for (; waiting - taken >= BatchSize || (last && taken < waiting); taken += BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<float> batch = decoded.AsSpan(taken * format.ClipSamples, BatchSize * format.ClipSamples);
                batch[(Math.Min(BatchSize, waiting - taken) * format.ClipSamples)..].Clear();
                int row = clips.Count - waiting + taken;
                Tensor<float> sound = keepSamples
                    ? samples.Slice(row * format.ClipSamples, new Shape(BatchSize, format.ClipSamples))
                    : samples;
                sound.CopyFrom(batch);
                extractor.Extract(sound, features.Slice(keepOnHost ? 0 : row * rowLength, extractor.Output));
                if (keepOnHost)
                {
                    features.CopyTo(hostRows.AsSpan(row * rowLength, BatchSize * rowLength));
                }

                done?.Invoke(Math.Min(row + BatchSize, clips.Count) + skipped.Count);
            }

            waiting = Math.Max(0, waiting - taken);
            decoded.AsSpan(taken * format.ClipSamples, waiting * format.ClipSamples).CopyTo(decoded);
        }

        if (clips.Count == 0)
        {
            throw new DataSetException(skipped.Count == 0
                ? "there are no clips to compute features of"
                : $"none of {skipped.Count} clips could be read; the first: {skipped[0].Path}: {skipped[0].Reason}");
        }

        Tensor<float>? used = keepOnHost
            ? null
            : features.Slice(0, new Shape(clips.Count, format.Channels, format.Frames));
        Tensor<int> labels = device.Upload<int>(new Shape(clips.Count), clips.Select(clip => clip.LabelIndex).ToArray());
        double seconds = clips.Count * (double)format.ClipSamples / format.Features.SampleRate;
        Tensor<float>? kept = keepSamples
            ? samples.Slice(0, new Shape(clips.Count, format.ClipSamples))
            : null;
        return new FeatureSet(used, labels, clips, skipped, seconds, kept)
        {
            HostRows = keepOnHost ? hostRows[..(clips.Count * rowLength)] : null,
        };
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

    /// <summary>Closes the gaps that unreadable clips left, and books who was read and who was not.</summary>
    private static int Compact(
        IReadOnlyList<ClipEntry> entries, int first, SkippedClip?[] failures, float[] decoded, int waiting,
        int clipSamples, List<ClipEntry> clips, List<SkippedClip> skipped)
    {
        int kept = waiting;
        for (int i = 0; i < failures.Length; i++)
        {
            if (failures[i] is { } failure)
            {
                skipped.Add(failure);
                continue;
            }

            if (kept != waiting + i)
            {
                decoded.AsSpan((waiting + i) * clipSamples, clipSamples).CopyTo(decoded.AsSpan(kept * clipSamples));
            }

            clips.Add(entries[first + i]);
            kept++;
        }

        return kept;
    }
}
