using NativeCnn.Model.Jobs;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>sweep --json</c> and <c>sweep report --json</c>.</summary>
internal sealed record SweepRecord(
    string Dir, string Metric, int Jobs, int Done, int Failed, int? Best, string? BestRun,
    IReadOnlyList<SweepRungRecord>? Rungs, IReadOnlyList<SweepEffectRecord>? Effects)
{
    public static SweepRecord Of(string folder, SweepReport report)
    {
        SweepRow? best = report.Rows.FirstOrDefault(row => row.Job.State == JobState.Done && row.Figure is not null);
        IReadOnlyList<SettingEffect> effects = report.Effects();
        return new SweepRecord(
            folder, report.Metric.ToString().ToLowerInvariant(), report.Rows.Count,
            report.Rows.Count(row => row.Job.State == JobState.Done),
            report.Rows.Count(row => row.Job.State == JobState.Failed), best?.Job.Number, best?.Run?.Folder,
            report.Rungs.Count == 0 ? null
                : [.. report.Rungs.Select(one => new SweepRungRecord(
                    one.Epochs, one.Jobs, one.Done, one.Failed, one.Best, one.Worst))],
            effects.Count == 0 ? null
                : [.. effects.Select(one => new SweepEffectRecord(
                    one.Name, one.Share, one.Means.ToDictionary(mean => mean.Value, mean => mean.Mean)))]);
    }
}
