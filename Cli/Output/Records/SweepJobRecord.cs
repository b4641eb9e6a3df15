using System.Text.Json;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Cli.Output;

/// <summary>A job of <c>sweep --json</c> and <c>sweep report --json</c>.</summary>
internal sealed record SweepJobRecord(
    int Job, int? Rung, IReadOnlyDictionary<string, JsonElement> Settings, string State, double? Accuracy, double? Loss,
    double? F1, double? Map, int? BestEpoch, int? Epochs, double? Seconds, int Attempts, int Crashes, string? Worker,
    string? Run, string? Error)
{
    public static SweepJobRecord Of(SweepPlan plan, SweepRow row) => new(
        row.Job.Number, plan.Rungs.Count > 0 ? row.Job.Batch : null,
        row.Settings.ToDictionary(setting => setting.Name, setting => setting.Value),
        SweepReport.WordOf(row.Job.State), row.Run?.Accuracy, row.Run?.Loss, row.Run?.F1, row.Run?.MeanAveragePrecision,
        row.Run?.BestEpoch, row.Run?.Epochs, row.Run?.Seconds, row.Job.Attempt, row.Job.Crashes,
        row.Job.Owner.Length > 0 ? row.Job.Owner : null, row.Run?.Folder, row.Why);
}
