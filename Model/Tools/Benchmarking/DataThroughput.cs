// From files to features, once: what training does before its first step.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Measures the way from files to features.</summary>
public static class DataThroughput
{
    private const double BytesOfMebibyte = 1 << 20;

    /// <summary>Lists a data set, looks at it, and computes the features of all its clips.</summary>
    /// <param name="device">Where.</param>
    /// <param name="data">A folder or CSV file.</param>
    /// <param name="choices">Features and clip length.</param>
    /// <param name="memory">Where the features go.</param>
    /// <param name="cache">Where they are kept for another run; null for nowhere.</param>
    /// <param name="done">Told how many clips are done, and of how many.</param>
    /// <param name="cancellation">Stops it.</param>
    public static DataMeasurement Measure(
        ComputeDevice device, string data, TrainingInputOptions choices, FeatureMemory memory, FeatureCache? cache,
        Action<int, int>? done, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(device);
        var stopwatch = Stopwatch.StartNew();
        var input = TrainingInput.Of(ClipSource.FromFiles(data) with { Cache = cache }, choices);
        double listed = stopwatch.Elapsed.TotalSeconds;
        var format = new ClipFormat(input.Features, input.ClipSamples);
        int hits = cache?.Hits ?? 0;
        int clips = input.Clips.DataSet.Entries.Count;
        FeatureSet set = FeatureSet.Compute(
            device, input.Clips.DataSet.Entries, input.Clips.Reader, format,
            new FeatureSetOptions { Cache = cache, Memory = memory, Done = count => done?.Invoke(count, clips) },
            cancellation);
        device.Synchronize();
        using var process = Process.GetCurrentProcess();
        return new DataMeasurement(
            set.Count, set.Skipped.Count, (cache?.Hits ?? 0) - hits, set.AudioSeconds, listed,
            stopwatch.Elapsed.TotalSeconds - listed, process.PeakWorkingSet64 / BytesOfMebibyte);
    }
}
