namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench data</c>.</summary>
internal sealed record DataBenchRecord(
    string Benchmark, string Device, int Workers, string FeatureMemory, int Clips, int Skipped, int Cached,
    double ListSeconds, double FeatureSeconds, double ClipsPerSecond, double TimesRealTime, double PeakMebibytes);
