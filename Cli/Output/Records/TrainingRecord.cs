using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>train</c>.</summary>
internal sealed record TrainingRecord(
    string Run, string? Group, int BestEpoch, double ValidationLoss, double ValidationAccuracy,
    IReadOnlyList<ClassMetrics> Classes, double SamplesPerSecond, double Gflops, long LaunchesPerStep,
    long ReplayedSteps, PhaseSeconds Seconds, IReadOnlyList<SkippedClip> Skipped,
    MultiLabelRecord? MultiLabel)
{
    public static TrainingRecord Of(TrainingResult result, string? group) => new(
        result.Folder, group, result.BestEpoch, result.Score.Loss, result.Score.Accuracy, result.Report.Classes,
        result.Times.SamplesPerSecond, result.Times.GigaflopsPerSecond,
        result.Times.LaunchesPerStep, result.Times.ReplayedSteps, PhaseSeconds.Of(result.Times), result.Skipped,
        MultiLabelRecord.Of(result.Report));
}
