// Features from the cache where it has them, computed where it has not, in the order of the clips.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Data;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Caching;

/// <summary>Computes a set of features with a cache: the bits are those of a set without.</summary>
internal static class CachedFeatures
{
    public static FeatureSet Compute(
        FeatureCache cache, ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader,
        ClipFormat format, bool keepOnHost, Action<int>? done, CancellationToken cancellation)
    {
        UInt128?[] keys = KeysOf(entries, reader, cancellation);
        if (Array.TrueForAll(keys, key => key is null))
        {
            return FeatureSet.Of(
                FeatureSet.ComputeAll(device, entries, reader, format, keepOnHost, done, cancellation), format);
        }

        string settings = SettingsOf(device, format);
        int rowLength = format.Channels * format.Frames;
        float[] rows = new float[(long)entries.Count * rowLength];
        bool[] found = cache.Find(settings, rowLength, keys, rows);
        int hits = found.Count(hit => hit);
        if (hits == entries.Count)
        {
            done?.Invoke(hits);
            return Assemble(rows, entries, []);
        }

        int[] missing = [.. Enumerable.Range(0, entries.Count).Where(i => !found[i])];
        ComputedClips computed = FeatureSet.ComputeAll(
            device, [.. missing.Select(i => entries[i])], reader, format, keepOnHost,
            count => done?.Invoke(hits + count), cancellation);
        Keep(cache, settings, rowLength, keys, missing, entries, computed, hits > 0 ? rows : null, found);
        if (hits == 0)
        {
            return FeatureSet.Of(computed, format);
        }

        // Skipped clips leave gaps, which are closed.
        List<ClipEntry> clips = [];
        for (int i = 0; i < entries.Count; i++)
        {
            if (found[i])
            {
                rows.AsSpan(i * rowLength, rowLength).CopyTo(rows.AsSpan(clips.Count * rowLength));
                clips.Add(entries[i]);
            }
        }

        return Assemble(rows[..(clips.Count * rowLength)], clips, computed.Skipped);

        FeatureSet Assemble(float[] values, IReadOnlyList<ClipEntry> of, IReadOnlyList<SkippedClip> skipped) =>
            FeatureSet.Of(
                new ComputedClips(
                    device,
                    keepOnHost ? null : device.Upload<float>(new Shape(of.Count, format.Channels, format.Frames), values),
                    keepOnHost ? values : null,
                    of, skipped),
                format);
    }

    /// <summary>The key of each clip's content; null where it has none or cannot be read.</summary>
    public static UInt128?[] KeysOf(
        IReadOnlyList<ClipEntry> entries, IClipReader reader, CancellationToken cancellation = default)
    {
        var keys = new UInt128?[entries.Count];
        Parallel.For(
            0, keys.Length, SampleSource.Workers(cancellation), i => keys[i] = reader.ContentKey(entries[i]));
        return keys;
    }

    /// <summary>What was computed goes to the cache, and beside the rows that were found where there are any.</summary>
    private static void Keep(
        FeatureCache cache, string settings, int rowLength, UInt128?[] keys, int[] missing,
        IReadOnlyList<ClipEntry> entries, ComputedClips computed, float[]? rows, bool[] found)
    {
        float[] values = computed.HostRows?.ToArray() ?? computed.Features!.ToArray();
        List<UInt128> kept = [];
        int row = 0;
        int packed = 0;
        foreach (int i in missing)
        {
            if (row >= computed.Clips.Count || !ReferenceEquals(computed.Clips[row], entries[i]))
            {
                continue; // It was skipped.
            }

            ReadOnlySpan<float> mine = values.AsSpan(row++ * rowLength, rowLength);
            found[i] = true;
            if (rows is not null)
            {
                mine.CopyTo(rows.AsSpan(i * rowLength));
            }

            if (keys[i] is { } key)
            {
                mine.CopyTo(values.AsSpan(packed++ * rowLength));
                kept.Add(key);
            }
        }

        cache.Keep(settings, rowLength, [.. kept], values.AsMemory(0, packed * rowLength));
    }

    // The code by the identities of its assemblies, which a deterministic build changes with the code and only with it.
    private static string SettingsOf(ComputeDevice device, ClipFormat format) => string.Create(
        CultureInfo.InvariantCulture,
        $"features of {format.ClipSamples} samples on {device.Info.Kind} {device.Info.Name}, {HostSimd.Describe()}, " +
        $"rungs {device.Rungs.Overrides}, " +
        $"code {Module(typeof(ComputeDevice))} {Module(typeof(FeatureExtractor))} {Module(typeof(FeatureSet))}\n" +
        $"{format.Features.ToJson()}");

    private static Guid Module(Type type) => type.Module.ModuleVersionId;
}
