using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Description;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>train</c>.</summary>
internal sealed record TrainingRecord(
    string Run, string? Group, int BestEpoch, double ValidationLoss, double ValidationAccuracy,
    IReadOnlyList<ClassMetrics> Classes, double SamplesPerSecond, double Gflops, long LaunchesPerStep,
    long ReplayedSteps, PhaseSeconds Seconds, IReadOnlyList<SkippedClip> Skipped)
{
    public static TrainingRecord Of(TrainingResult result, string? group) => new(
        result.Folder, group, result.BestEpoch, result.Score.Loss, result.Score.Accuracy, result.Report.Classes,
        result.Times.SamplesPerSecond, result.Times.GigaflopsPerSecond,
        result.Times.LaunchesPerStep, result.Times.ReplayedSteps, PhaseSeconds.Of(result.Times), result.Skipped);
}
