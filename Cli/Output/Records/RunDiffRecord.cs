using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>runs diff --json</c>.</summary>
internal sealed record RunDiffRecord(
    string A, string B, IReadOnlyList<RunDiffSettingRecord> Settings, IReadOnlyList<MetricDifference> Metrics)
{
    public static RunDiffRecord Of(string a, string b, RunDifference found) => new(
        a, b, [.. found.Settings.Select(RunDiffSettingRecord.Of)], found.Metrics);
}
