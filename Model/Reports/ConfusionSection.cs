// Which classes were taken for which: a matrix, or of many classes the pairs that were confused most.
using System.Text;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Reports;

/// <summary>Shows a confusion matrix.</summary>
internal static class ConfusionSection
{
    /// <summary>Of more classes, the pairs that are confused most are listed.</summary>
    public const int MostMatrixClasses = 20;

    private const int MostPairs = 100;

    // Of more classes, headings stand upright, so that the matrix stays narrow.
    private const int MostLevelHeadings = 6;

    /// <summary>Adds the section.</summary>
    /// <exception cref="ArgumentException">The labels are not as many as the classes.</exception>
    public static void Append(
        HtmlPage page, IReadOnlyList<string> labels, ConfusionMatrix matrix, string measuredOn)
    {
        if (labels.Count != matrix.Classes)
        {
            throw new ArgumentException($"Expected {matrix.Classes} labels; got {labels.Count}.", nameof(labels));
        }

        page.Section("confusion", "Confusions");
        if (matrix.Classes > MostMatrixClasses)
        {
            AppendPairs(page, labels, matrix, measuredOn);
        }
        else
        {
            AppendMatrix(page, labels, matrix, measuredOn);
        }
    }

    private static void AppendMatrix(
        HtmlPage page, IReadOnlyList<string> labels, ConfusionMatrix matrix, string measuredOn)
    {
        page.BeginTable(
            $"Confusion matrix, {measuredOn}: a row a true class, a column a predicted one; green is right, orange " +
            "wrong, the stronger the larger its share of the row",
            "matrix");
        StringBuilder html = new("<thead><tr><th scope=\"col\">true \\ predicted</th>");
        string style = labels.Count > MostLevelHeadings ? " class=\"turned\"" : "";
        foreach (string label in labels)
        {
            html.Append($"<th scope=\"col\"{style}>{Html.Escape(label)}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        for (int truth = 0; truth < matrix.Classes; truth++)
        {
            html.Append($"<tr><th scope=\"row\" dir=\"auto\">{Html.Escape(labels[truth])}</th>");
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                html.Append(CellOf(matrix, truth, predicted));
            }

            html.Append("</tr>\n");
        }

        page.Raw(html.ToString());
        page.EndTable();
    }

    private static string CellOf(ConfusionMatrix matrix, int truth, int predicted)
    {
        int count = matrix[truth, predicted];
        double share = (double)count / Math.Max(1, matrix.CountOfTruth(truth));
        return count == 0 ? "<td class=\"zero\">0</td>"
            : truth == predicted
                ? Html.Invariant($"<td class=\"right\" style=\"--share:{share:0.##}\">{count}</td>")
            // A few per cent of mistakes are what one looks for: the root makes them visible.
            : Html.Invariant($"<td class=\"wrong\" style=\"--share:{Math.Sqrt(share):0.##}\">{count}</td>");
    }

    // A matrix of a thousand classes is a million cells of which nearly all are 0.
    private static void AppendPairs(
        HtmlPage page, IReadOnlyList<string> labels, ConfusionMatrix matrix, string measuredOn)
    {
        IReadOnlyList<(int Truth, int Predicted, int Count)> mistakes = matrix.Mistakes();
        if (mistakes.Count == 0)
        {
            page.Paragraph($"None: no class was taken for another ({Html.Escape(measuredOn)}).");
            return;
        }

        string which = mistakes.Count > MostPairs
            ? $"the {MostPairs} most frequent of {Html.Count(mistakes.Count)} pairs of classes that were confused"
            : "the pairs of classes that were confused";
        page.Table(
            $"Confusions, {measuredOn}: {which}",
            ["class", "taken for", "clips", "of its clips"],
            mistakes.Take(MostPairs).Select(one => (string[])
            [
                labels[one.Truth], labels[one.Predicted], Html.Count(one.Count),
                Html.Percent((double)one.Count / matrix.CountOfTruth(one.Truth)),
            ]),
            words: 2);
    }
}
