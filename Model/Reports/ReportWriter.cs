// report.html: one page a run that opens anywhere. Nothing is loaded from elsewhere: charts are inline SVG, colours
// follow the reader's light or dark theme, and every text from outside is escaped.

using System.Globalization;
using System.Net;
using System.Text;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Writes <c>report.html</c>.</summary>
public static class ReportWriter
{
    // Beyond this the matrix is no picture any more, and the pairs that are confused most are listed instead.
    private const int MostMatrixClasses = 60;
    private const int MostMistakes = 200;

    private const string Style = """
        :root { color-scheme: light dark; --train: #2563eb; --validation: #d97706; --line: #8884; --shade: 37 99 235; }
        @media (prefers-color-scheme: dark) { :root { --train: #60a5fa; --validation: #fbbf24; --shade: 96 165 250; } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; } .wide { overflow-x: auto; }
        th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; font-weight: normal; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; }
        td.shaded { background: rgb(var(--shade) / calc(var(--share) * .7)); }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
        figure { margin: 0; } svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: currentColor; }
        .grid { stroke: var(--line); } path { fill: none; stroke-width: 1.8; }
        path.train { stroke: var(--train); } circle.train { fill: var(--train); } b.train { color: var(--train); }
        path.validation { stroke: var(--validation); } circle.validation { fill: var(--validation); }
        b.validation { color: var(--validation); }
        """;

    /// <summary>Writes the page, whole or not at all (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="report">What to show.</param>
    /// <exception cref="ArgumentException">The labels are not as many as the confusion matrix has classes.</exception>
    /// <exception cref="IOException">The folder is missing, or cannot be written to.</exception>
    public static void Write(string path, RunReport report) => AtomicFile.WriteText(path, ToHtml(report));

    /// <summary>The page as text.</summary>
    /// <param name="report">What to show.</param>
    /// <returns>HTML that needs no other file.</returns>
    /// <exception cref="ArgumentException">The labels are not as many as the confusion matrix has classes.</exception>
    public static string ToHtml(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append($"<title>{Escape(report.Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Escape(report.Title)}</h1>\n");
        AppendSummary(html, report);
        AppendCurves(html, report.Epochs);
        AppendConfusion(html, report);
        AppendClasses(html, report.Evaluation);
        AppendSettings(html, report.Settings);
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendSummary(StringBuilder html, RunReport report)
    {
        if (report.Evaluation is { } evaluation)
        {
            html.Append($"<p>Accuracy <b>{Percent(evaluation.Accuracy)}</b>, loss {Number(evaluation.Loss)}, ");
            html.Append($"macro F1 {Number(evaluation.MacroF1)}, over {evaluation.Clips} clips.</p>\n");
            if (evaluation.MultiLabel is { } several)
            {
                html.Append("<p>A clip may have several labels: accuracy is the share of clips whose labels are all ");
                html.Append($"right. Mean average precision <b>{Number(several.MeanAveragePrecision)}</b>, ");
                html.Append($"micro F1 {Number(several.MicroF1)}.</p>\n");
            }
        }
    }

    private static void AppendCurves(StringBuilder html, IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.Count == 0)
        {
            return;
        }

        html.Append("<h2>Training</h2>\n<p><b class=\"train\">&#9632;</b> training ");
        html.Append("<b class=\"validation\">&#9632;</b> validation</p>\n<div class=\"charts\">\n");
        AppendChart("Loss", epoch => epoch.Loss, epoch => epoch.ValidationLoss);
        AppendChart("Accuracy", epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy);
        html.Append("</div>\n");

        void AppendChart(string title, Func<EpochMetrics, double> train, Func<EpochMetrics, double> validation)
        {
            string svg = LineChart.Draw(
                title,
                [.. epochs.Select(epoch => epoch.Epoch)],
                ("train", [.. epochs.Select(train)]),
                ("validation", [.. epochs.Select(validation)]));
            html.Append($"<figure>\n<figcaption>{title}</figcaption>\n{svg}\n</figure>\n");
        }
    }

    private static void AppendConfusion(StringBuilder html, RunReport report)
    {
        if (report.Confusion is not { } matrix)
        {
            return;
        }

        if (report.Labels.Count != matrix.Classes)
        {
            throw new ArgumentException(
                $"Expected {matrix.Classes} labels; got {report.Labels.Count}.", nameof(report));
        }

        if (matrix.Classes > MostMatrixClasses)
        {
            AppendMistakes(html, report.Labels, matrix);
            return;
        }

        html.Append("<h2>Confusion matrix</h2>\n<p>A row a true class, a column a predicted one; ");
        html.Append("shaded by the share of the row.</p>\n<div class=\"wide\"><table>\n<tr><th></th>");
        foreach (string label in report.Labels)
        {
            html.Append($"<th>{Escape(label)}</th>");
        }

        html.Append("</tr>\n");
        for (int truth = 0; truth < matrix.Classes; truth++)
        {
            int support = matrix.CountOfTruth(truth);
            html.Append($"<tr><th>{Escape(report.Labels[truth])}</th>");
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                int count = matrix[truth, predicted];
                string share = support == 0 ? "0" : Format((double)count / support, "0.##");
                html.Append($"<td class=\"number shaded\" style=\"--share:{share}\">{count}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    // A matrix of a thousand classes is a million cells of which nearly all are 0.
    private static void AppendMistakes(StringBuilder html, IReadOnlyList<string> labels, ConfusionMatrix matrix)
    {
        List<(int Truth, int Predicted, int Count)> mistakes = [];
        for (int truth = 0; truth < matrix.Classes; truth++)
        {
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                if (truth != predicted && matrix[truth, predicted] is > 0 and var count)
                {
                    mistakes.Add((truth, predicted, count));
                }
            }
        }

        html.Append($"<h2>Confusions</h2>\n<p>The {Math.Min(MostMistakes, mistakes.Count)} most frequent of ");
        html.Append($"{mistakes.Count} pairs of classes that were taken for each other.</p>\n");
        html.Append("<div class=\"wide\"><table>\n<tr><th>class</th><th>taken for</th><th>clips</th></tr>\n");
        foreach ((int truth, int predicted, int count) in
            mistakes.OrderByDescending(one => one.Count).Take(MostMistakes))
        {
            html.Append($"<tr><th>{Escape(labels[truth])}</th><td>{Escape(labels[predicted])}</td>");
            html.Append($"<td class=\"number\">{count}</td></tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void AppendClasses(StringBuilder html, ClassificationReport? evaluation)
    {
        if (evaluation is null)
        {
            return;
        }

        html.Append("<h2>Classes</h2>\n<div class=\"wide\"><table>\n");
        html.Append("<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>clips</th>");
        html.Append(evaluation.MultiLabel is null ? "" : "<th>average precision</th><th>threshold</th>");
        html.Append("</tr>\n");
        foreach (ClassMetrics metrics in evaluation.Classes)
        {
            html.Append($"<tr><th>{Escape(metrics.Label)}</th>");
            AppendNumbers(
                metrics.Precision, metrics.Recall, metrics.F1, metrics.Support, metrics.AveragePrecision,
                metrics.Threshold);
        }

        string mean = evaluation.ClassesThere == evaluation.Classes.Count ? "mean of classes"
            : $"mean of the {evaluation.ClassesThere} classes with clips";
        html.Append($"<tr><th>{mean}</th>");
        AppendNumbers(
            evaluation.MacroPrecision, evaluation.MacroRecall, evaluation.MacroF1, evaluation.Clips,
            evaluation.MultiLabel?.MeanAveragePrecision, null);
        html.Append("</table></div>\n");

        void AppendNumbers(
            double precision, double recall, double f1, int clips, double? averagePrecision, float? threshold)
        {
            html.Append($"<td class=\"number\">{Number(precision)}</td><td class=\"number\">{Number(recall)}</td>");
            html.Append($"<td class=\"number\">{Number(f1)}</td><td class=\"number\">{clips}</td>");
            if (evaluation.MultiLabel is not null)
            {
                html.Append($"<td class=\"number\">{Number(averagePrecision ?? double.NaN)}</td>");
                html.Append($"<td class=\"number\">{Number(threshold ?? double.NaN)}</td>");
            }

            html.Append("</tr>\n");
        }
    }

    private static void AppendSettings(StringBuilder html, IReadOnlyDictionary<string, string> settings)
    {
        html.Append("<h2>Settings</h2>\n<div class=\"wide\"><table>\n");
        foreach ((string name, string value) in settings)
        {
            html.Append($"<tr><th>{Escape(name)}</th><td>{Escape(value)}</td></tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Percent(double share) => Format(share * 100, "0.0") + " %";

    private static string Number(double value) => double.IsFinite(value) ? Format(value, "0.000") : "-";

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
