using System.Globalization;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Output;

/// <summary>One run of <c>runs --json</c>.</summary>
internal sealed record RunRecord(
    string Run, string Name, string Date, string State, string? Why, string? Data, string? Network, long? Parameters,
    int? Folds, double? Accuracy, double? Loss, double? F1, double? Map, int? BestEpoch, int Epochs, int? Planned,
    double Seconds)
{
    public static RunRecord Of(RunSummary run) => new(
        run.Folder, run.Name, run.Date.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture),
        run.State.ToString().ToLowerInvariant(), run.Why, run.Data, run.Network, run.Parameters,
        run.Folds > 0 ? run.Folds : null, run.Accuracy, run.Loss, run.F1, run.MeanAveragePrecision,
        run.BestEpoch, run.Epochs, run.Planned, run.Seconds);
}
