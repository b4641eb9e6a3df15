// report.html of a cross-validation: what each group came to, the curves of all folds, and one confusion matrix over
// all clips, each by the network that was not trained on its group.
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Writes the page of all folds.</summary>
internal static class FoldsReport
{
    private const int Styles = 8;
    private const int Dashes = 4;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="folder">The folder that holds the folds' run folders.</param>
    /// <param name="summary">What they came to.</param>
    /// <param name="config">What they share.</param>
    /// <param name="folds">The folds that are done, one at least.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(
        string folder, FoldsSummary summary, RunConfig config, IReadOnlyList<FoldReport> folds) => ReportWriter.Write(
            Path.Combine(folder, "report.html"),
            ToHtml(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), summary, config, folds),
            durable: true);

    /// <summary>The page as text.</summary>
    public static string ToHtml(
        string title, FoldsSummary summary, RunConfig config, IReadOnlyList<FoldReport> folds)
    {
        ConfusionMatrix? pooled = PoolOf(folds, config.Labels.Count);
        HtmlPage page = new(title) { Lead = Lead(summary, pooled) };
        AppendGroups(page, summary);
        AppendCurves(page, folds);
        if (pooled is not null)
        {
            string measuredOn = $"{Html.Counted(pooled.Total, "clip", "clips")} of " +
                $"{Html.Counted(folds.Count, "group", "groups")}, each by the network that was not trained on its group, " +
                "after its last epoch";
            ConfusionSection.Append(page, config.Labels, pooled, measuredOn);
            ClassSection.Append(
                page, ClassificationReport.From(pooled, config.Labels, double.NaN), trainedOn: null, measuredOn);
        }

        SettingSections.Append(page, new RunReport
        {
            Title = title,
            Data =
            [
                new("data", config.Data ?? "built-in sounds"),
                new("groups", $"{summary.GroupBy}, {Html.Count(summary.Planned)} of them"),
                new("features", ReportFacts.FeaturesOf(config.Format)),
                new("network", config.Model.Name),
            ],
            Settings = ReportFacts.SettingsOf(config with { ValidationGroup = null }),
        });
        if (config.Command is { } command)
        {
            page.Section("command", "Command");
            page.Raw($"<pre class=\"varies\"><code>{Html.Escape(command)}</code></pre>");
        }

        return page.ToHtml();
    }

    // Of several labels there is none.
    private static ConfusionMatrix? PoolOf(IReadOnlyList<FoldReport> folds, int classes)
    {
        ConfusionMatrix pooled = new(classes);
        foreach (FoldReport fold in folds)
        {
            if (fold.Confusion is null)
            {
                return null;
            }

            pooled.Add(fold.Confusion);
        }

        return pooled;
    }

    private static string Lead(FoldsSummary summary, ConfusionMatrix? pooled)
    {
        string done = summary.Folds.Count == summary.Planned
            ? $"All {summary.Planned} groups were left out in turn."
            : $"{summary.Folds.Count} of {summary.Planned} groups were left out so far.";
        return $"<p>{done}</p>\n<p class=\"big\">Mean accuracy <b>{Html.Percent(summary.MeanAccuracy)}</b>, standard " +
            $"deviation {Html.Percent(summary.StdAccuracy)} over the groups, each after its last epoch" + (pooled is null
                ? ": clips whose labels are all right.</p>\n"
                : $"; of all {Html.Count(pooled.Total)} clips together {Html.Percent(pooled.Accuracy)}.</p>\n");
    }

    private static void AppendGroups(HtmlPage page, FoldsSummary summary)
    {
        page.Section("groups", "Groups");
        page.Table(
            $"Accuracy on each {summary.GroupBy} that was left out, which leads to its own report; the best epoch " +
            "was chosen by it, and flatters",
            ["left out", "accuracy after the last epoch", "best epoch's", "best epoch", "clips"],
            [
                .. summary.Folds.Select(fold => (string[])
                [
                    fold.Group, Html.Percent(fold.Accuracy), Html.Percent(fold.BestAccuracy), $"{fold.BestEpoch}",
                    Html.Count(fold.Clips),
                ]),
                [
                    "mean, and clips in all", Html.Percent(summary.MeanAccuracy),
                    Html.Percent(summary.Folds.Average(fold => fold.BestAccuracy)), "",
                    Html.Count(summary.Folds.Sum(fold => fold.Clips)),
                ],
            ],
            // The folder's name may hold a %: the link needs it as %25.
            links: [.. summary.Folds.Select(fold => $"{Uri.EscapeDataString(fold.Folder)}/report.html"), null]);
    }

    private static void AppendCurves(HtmlPage page, IReadOnlyList<FoldReport> folds)
    {
        int[] epochs = [.. folds.SelectMany(fold => fold.Epochs).Select(epoch => epoch.Epoch).Distinct().Order()];
        if (epochs.Length == 0)
        {
            return;
        }

        page.Section("curves", "Training");
        page.Raw("<div class=\"charts\">");
        page.Raw(LineChart.Draw(
            "Validation accuracy", epochs, Lines(epoch => epoch.ValidationAccuracy), isShare: true));
        page.Raw(LineChart.Draw("Validation loss", epochs, Lines(epoch => epoch.ValidationLoss)));
        page.Raw("</div>");

        ChartLine[] Lines(Func<EpochMetrics, double> figure) =>
        [
            .. folds.Select((fold, i) =>
            {
                var byEpoch = fold.Epochs.ToDictionary(epoch => epoch.Epoch, figure);
                return new ChartLine(
                    $"line{i % Styles} dash{i / Styles % Dashes}", fold.Entry.Group,
                    [.. epochs.Select(epoch => byEpoch.GetValueOrDefault(epoch, double.NaN))]);
            }),
        ];
    }
}
