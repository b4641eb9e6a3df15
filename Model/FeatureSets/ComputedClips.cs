// From clips to their features: read on all processors, computed on the device batch by batch.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>What came of clips: their features, on the device or in the machine's memory.</summary>
internal sealed class ComputedClips
{
    /// <summary>Clips that go through the feature chain together.</summary>
    public const int BatchSize = 64;

    /// <summary>Samples decoded at a time, 64 MiB, but at least a batch of clips.</summary>
    private const int SamplesAhead = 1 << 24;

    /// <summary>[clips, C, T] on the device; null where they are in <see cref="HostRows"/>.</summary>
    public required Tensor<float>? Features { get; init; }

    /// <summary>[clips, C, T] in the machine's memory; null where they are in <see cref="Features"/>.</summary>
    public required float[]? HostRows { get; init; }

    /// <summary>[clips, samples] on the device, where they were to be kept.</summary>
    public Tensor<float>? Samples { get; init; }

    /// <summary>The clip of each row.</summary>
    public required IReadOnlyList<ClipEntry> Clips { get; init; }

    /// <summary>The clips that could not be read.</summary>
    public required IReadOnlyList<SkippedClip> Skipped { get; init; }

    /// <summary>Features that are known, kept where they are wanted.</summary>
    public static ComputedClips From(
        ComputeDevice device, float[] rows, IReadOnlyList<ClipEntry> clips, IReadOnlyList<SkippedClip> skipped,
        ClipFormat format, bool keepOnHost) => new()
        {
            Features = keepOnHost
                ? null
                : device.Upload<float>(new Shape(clips.Count, format.Channels, format.Frames), rows),
            HostRows = keepOnHost ? rows : null,
            Clips = clips,
            Skipped = skipped,
        };

    /// <summary>A copy of the features, [clips, C, T].</summary>
    public float[] CopyRows() => HostRows is { } rows ? [.. rows] : Features!.ToArray();

    /// <summary>Reads and computes every clip.</summary>
    public static ComputedClips Compute(
        ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader, ClipFormat format,
        FeatureSetOptions options, CancellationToken cancellation)
    {
        int rowLength = format.Channels * format.Frames;
        int batchSize = Math.Min(BatchSize, Math.Max(1, entries.Count));
        // Room for whole batches: the last one ends in rows of silence that nobody looks at.
        int capacity = (entries.Count + batchSize - 1) / batchSize * batchSize;
        Tensor<float> features = device.Allocate<float>(
            new Shape(options.KeepOnHost ? batchSize : capacity, format.Channels, format.Frames));
        float[] hostRows = new float[options.KeepOnHost ? capacity * rowLength : 0];
        Tensor<float>? samples = options.KeepSamples
            ? device.Allocate<float>(new Shape(capacity, format.ClipSamples))
            : null;
        var batch = new ClipBatch(device, format, batchSize);
        var extractor = new FeatureExtractor(device, format.Features, batchSize, format.ClipSamples);
        var source = new SampleSource(reader, format);
        int ahead = Math.Clamp(SamplesAhead / format.ClipSamples, BatchSize, 4 * BatchSize);
        List<DecodedClip> decoded = [];
        List<ClipEntry> clips = [];
        List<SkippedClip> skipped = [];
        for (int first = 0; first < entries.Count; first += ahead)
        {
            int count = Math.Min(ahead, entries.Count - first);
            (DecodedClip? Clip, SkippedClip? Skipped)[] read = source.ReadAll(entries, first, count, cancellation);
            decoded.AddRange(read.Select(one => one.Clip).OfType<DecodedClip>());
            skipped.AddRange(read.Select(one => one.Skipped).OfType<SkippedClip>());
            clips.AddRange(entries.Skip(first).Take(count).Where((_, i) => read[i].Clip is not null));
            bool last = first + count == entries.Count;
            int taken = 0;
            while (decoded.Count - taken >= batchSize || (last && taken < decoded.Count))
            {
                cancellation.ThrowIfCancellationRequested();
                int row = clips.Count - decoded.Count + taken;
                int size = Math.Min(batchSize, decoded.Count - taken);
                batch.Load(decoded, taken, size);
                samples?.Slice(row * format.ClipSamples, batch.Samples.Shape).CopyFrom(batch.Samples);
                extractor.Extract(
                    batch.Samples, features.Slice(options.KeepOnHost ? 0 : row * rowLength, extractor.Output));
                if (options.KeepOnHost)
                {
                    features.CopyTo(hostRows.AsSpan(row * rowLength, batchSize * rowLength));
                }

                taken += size;
                options.Done?.Invoke(row + size + skipped.Count);
            }

            decoded.RemoveRange(0, taken);
        }

        return new ComputedClips
        {
            Features = options.KeepOnHost
                ? null
                : features.Slice(0, new Shape(clips.Count, format.Channels, format.Frames)),
            HostRows = options.KeepOnHost ? hostRows[..(clips.Count * rowLength)] : null,
            Samples = samples?.Slice(0, new Shape(clips.Count, format.ClipSamples)),
            Clips = clips,
            Skipped = skipped,
        };
    }
}
