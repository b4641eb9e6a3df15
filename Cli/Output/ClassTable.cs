using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>Precision, recall and F1 of each class, and their means.</summary>
internal static class ClassTable
{
    public static IEnumerable<string> Lines(ClassificationReport report) => TextTable.Format(
        ["class", "precision", "recall", "F1", "clips"],
        report.Classes
            .Select(one => Row(one.Label, one.Precision, one.Recall, one.F1, one.Support))
            .Append(Row("mean", report.MacroPrecision, report.MacroRecall, report.MacroF1, report.Clips)));

    private static string[] Row(string label, double precision, double recall, double f1, int clips) =>
        [label, Show.Share(precision), Show.Share(recall), Show.Share(f1), Show.Count(clips)];
}
