using NativeCnn.Model.Data;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.HuggingFace;

/// <summary>What a run measured of the weights that it keeps.</summary>
/// <param name="Metrics">
/// The Hub's name, the card's name, and the value, of each; none where nothing was measured.
/// </param>
/// <param name="Split">The side of the split that they are of.</param>
/// <param name="Clips">How many clips it has; null where the run does not say.</param>
/// <param name="Data">The data set's name.</param>
internal sealed record RunFigures(
    IReadOnlyList<(string Type, string Name, double Value)> Metrics, string Split, int? Clips, string Data)
{
    /// <summary>Reads a run folder.</summary>
    public static RunFigures Of(string run, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        RunSummary? summary = RunSummary.Of(run);
        List<(string, string, double)> metrics = [];
        if (summary?.Accuracy is { } accuracy)
        {
            metrics.Add(("accuracy", config.LabelSeparator is null ? "Accuracy" : "Subset accuracy", accuracy));
        }

        if (summary?.F1 is { } f1)
        {
            metrics.Add(("f1", "Macro F1", f1));
        }

        if (summary?.MeanAveragePrecision is { } map)
        {
            metrics.Add(("mean_average_precision", "Mean average precision", map));
        }

        int? clips = SplitRecord.TryLoad(RunFolder.At(run).SplitPath)?.CountOf(SplitPart.Validation);
        return new RunFigures(metrics, "validation", clips is > 0 ? clips : null, DataOf(config.Data));
    }

    // A name, and no path of the machine that trained.
    private static string DataOf(string? data) => data is null
        ? "built-in sounds"
        : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(data)) is { Length: > 0 } name
            ? name
            : "data";
}
