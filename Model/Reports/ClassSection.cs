using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Reports;

/// <summary>Precision, recall and F1 of each class; of many classes the worst first.</summary>
internal static class ClassSection
{
    private const int MostRows = 2000;

    public static void Append(
        HtmlPage page, ClassificationReport evaluation, IReadOnlyList<int>? trainedOn, string measuredOn)
    {
        bool worstFirst = evaluation.Classes.Count > ConfusionSection.MostMatrixClasses;
        IEnumerable<int> order = Enumerable.Range(0, evaluation.Classes.Count);
        if (worstFirst)
        {
            order = order.OrderBy(i => evaluation.Classes[i].Support == 0).ThenBy(i => evaluation.Classes[i].F1)
                .Take(MostRows);
        }

        page.Section("classes", "Classes");
        string mean = evaluation.ClassesThere == evaluation.Classes.Count ? "mean of classes"
            : $"mean of the {Html.Count(evaluation.ClassesThere)} classes with clips";
        string caption = $"Classes, {measuredOn}" + (worstFirst ? ": the worst F1 first" : "") +
            (evaluation.Classes.Count > MostRows
                ? $", the first {Html.Count(MostRows)} of {Html.Count(evaluation.Classes.Count)}"
                : "");
        string[] columns = ["class", "precision", "recall", "F1", "clips"];
        page.Table(
            caption,
            trainedOn is null ? columns : [.. columns, "trained on"],
            [
                Row(mean, evaluation.MacroPrecision, evaluation.MacroRecall, evaluation.MacroF1, evaluation.Clips,
                    trainedOn?.Sum()),
                .. order.Select(i => Row(evaluation.Classes[i], trainedOn?[i])),
            ]);
    }

    private static string[] Row(ClassMetrics one, int? trained) =>
        Row(one.Label, one.Precision, one.Recall, one.F1, one.Support, trained);

    private static string[] Row(string label, double precision, double recall, double f1, int clips, int? trained)
    {
        string[] cells = [label, Html.Number(precision), Html.Number(recall), Html.Number(f1), Html.Count(clips)];
        return trained is { } count ? [.. cells, Html.Count(count)] : cells;
    }
}
