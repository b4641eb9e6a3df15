// Features from the cache where it has them, computed where it has not, in the order of the clips.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Simd;
using NativeCnn.Features;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Computes features with a cache: the bits are those of features without.</summary>
internal static class CachedFeatures
{
    public static ComputedClips Compute(
        FeatureCache cache, ComputeDevice device, IReadOnlyList<ClipEntry> entries, IClipReader reader,
        ClipFormat format, FeatureSetOptions options, CancellationToken cancellation)
    {
        UInt128?[] keys = KeysOf(entries, reader, cancellation);
        if (Array.TrueForAll(keys, key => key is null))
        {
            return ComputedClips.Compute(device, entries, reader, format, options, cancellation);
        }

        string settings = SettingsOf(device, format);
        int rowLength = format.Channels * format.Frames;
        float[] rows = new float[(long)entries.Count * rowLength];
        bool[] found = cache.Find(settings, rowLength, keys, rows);
        int hits = found.Count(hit => hit);
        if (hits == entries.Count)
        {
            options.Done?.Invoke(hits);
            return ComputedClips.From(device, rows, entries, [], format, options.KeepOnHost);
        }

        int[] missing = [.. Enumerable.Range(0, entries.Count).Where(i => !found[i])];
        ComputedClips computed = ComputedClips.Compute(
            device, [.. missing.Select(i => entries[i])], reader, format,
            options with { Done = count => options.Done?.Invoke(hits + count) }, cancellation);
        Keep(cache, settings, rowLength, keys, missing, entries, computed, rows, found);
        if (hits == 0)
        {
            return computed;
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

        return ComputedClips.From(
            device, rows[..(clips.Count * rowLength)], clips, computed.Skipped, format, options.KeepOnHost);
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

    /// <summary>What was computed goes to the cache, and into its rows.</summary>
    private static void Keep(
        FeatureCache cache, string settings, int rowLength, UInt128?[] keys, int[] missing,
        IReadOnlyList<ClipEntry> entries, ComputedClips computed, float[] rows, bool[] found)
    {
        float[] values = computed.CopyRows();
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
            mine.CopyTo(rows.AsSpan(i * rowLength));
            found[i] = true;
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
