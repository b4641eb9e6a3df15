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
        page.Table(
            caption,
            [
                evaluation.MultiLabel is null ? "class" : "label", "precision", "recall", "F1", "clips",
                .. trainedOn is null ? (string[])[] : ["trained on"],
                .. evaluation.MultiLabel is null ? (string[])[] : ["average precision", "threshold"],
            ],
            [
                RowOf(
                    mean, evaluation.MacroPrecision, evaluation.MacroRecall, evaluation.MacroF1, evaluation.Clips,
                    trainedOn?.Sum(), Ranked(evaluation.MultiLabel?.MeanAveragePrecision, null)),
                .. order.Select(i => Row(evaluation.Classes[i], trainedOn?[i])),
            ]);

        string[] Row(ClassMetrics one, int? trained) => RowOf(
            one.Label, one.Precision, one.Recall, one.F1, one.Support, trained,
            Ranked(one.AveragePrecision, one.Threshold));

        string[] Ranked(double? averagePrecision, double? threshold) => evaluation.MultiLabel is null
            ? []
            : [Html.Number(averagePrecision ?? double.NaN), Html.Number(threshold ?? double.NaN)];
    }

    private static string[] RowOf(
        string label, double precision, double recall, double f1, int clips, int? trained, string[] more)
    {
        string[] cells = [label, Html.Number(precision), Html.Number(recall), Html.Number(f1), Html.Count(clips)];
        return [.. cells, .. trained is { } count ? (string[])[Html.Count(count)] : [], .. more];
    }
}
