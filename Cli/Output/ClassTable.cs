using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>Precision, recall and F1 of each class, and their means; of many classes the worst.</summary>
internal static class ClassTable
{
    private const int MostRows = 40;
    private const int WorstRows = 20;

    /// <summary>The lines of the table.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="width">Columns of the screen; null for lines of any length.</param>
    public static IEnumerable<string> Lines(ClassificationReport report, int? width = null)
    {
        IReadOnlyList<ClassMetrics> classes = report.Classes;
        bool isCut = classes.Count > MostRows;
        ClassMetrics[] shown = isCut
            ? [.. classes.Where(one => one.Support > 0).OrderBy(one => one.F1).Take(WorstRows)]
            : [.. classes];
        string mean = report.ClassesThere == classes.Count ? "mean"
            : $"mean of the {report.ClassesThere} classes with clips";
        MultiLabelFigures? several = report.MultiLabel;
        string[] more = several is null ? [] : ["avg. precision", "threshold"];
        foreach (string line in TextTable.Format(
            ["class", "precision", "recall", "F1", "clips", .. more],
            shown.Select(one => Row(one.Label, one.Precision, one.Recall, one.F1, one.Support)
                    .Concat(More(several, one.AveragePrecision, one.Threshold)).ToArray())
                .Append([
                    .. Row(mean, report.MacroPrecision, report.MacroRecall, report.MacroF1, report.Clips),
                    .. More(several, several?.MeanAveragePrecision, null),
                ]),
            width: width))
        {
            yield return line;
        }

        if (isCut)
        {
            yield return $"the {shown.Length} worst of {Show.Count(classes.Count)} classes by F1; --json lists all";
        }
    }

    /// <summary>What stands in the columns of clips that may have several labels.</summary>
    private static string[] More(MultiLabelFigures? several, double? averagePrecision, float? threshold) =>
        several is null ? []
        : [
            averagePrecision is { } value ? Show.Share(value) : "-",
            threshold is { } from ? Show.Share(from) : "-",
        ];

    private static string[] Row(string label, double precision, double recall, double f1, int clips) =>
        [label, Show.Share(precision), Show.Share(recall), Show.Share(f1), Show.Count(clips)];
}
