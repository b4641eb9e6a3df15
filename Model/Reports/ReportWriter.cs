// report.html: one page a run, or an evaluation, that opens anywhere. Nothing is loaded from elsewhere: charts are
// inline SVG, pictures and sounds stand in the page, colours follow the reader's light or dark theme, and every text
// from outside is escaped.
using NativeCnn.Model.Formats;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Writes <c>report.html</c>.</summary>
public static class ReportWriter
{
    /// <summary>The most bytes of a page, sounds and pictures among them.</summary>
    public const int MostBytes = 5_000_000;

    // Room for what is said of the sounds themselves.
    private const int RoomForWords = 50_000;

    private const int MostEpochRows = 100;

    /// <summary>Writes the page, whole or not at all (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="report">What to show.</param>
    /// <param name="durable">Whether it waits until the page has reached the disk.</param>
    /// <exception cref="ArgumentException">The labels are not as many as the confusion matrix has classes.</exception>
    /// <exception cref="IOException">The folder is missing, or cannot be written to.</exception>
    public static void Write(string path, RunReport report, bool durable = true) =>
        Write(path, ToHtml(report), durable);

    internal static void Write(string path, string html, bool durable) => AtomicFile.Write(
        path,
        stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true);
            writer.Write(html);
        },
        durable);

    /// <summary>The page as text.</summary>
    /// <param name="report">What to show.</param>
    /// <returns>HTML that needs no other file.</returns>
    /// <exception cref="ArgumentException">The labels are not as many as the confusion matrix has classes.</exception>
    public static string ToHtml(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        HtmlPage page = new(report.Title) { Lead = Lead(report) };
        AppendCurves(page, report);
        if (report.Confusion is { } matrix)
        {
            ConfusionSection.Append(page, report.Labels, matrix, report.MeasuredOn);
        }

        if (report.Evaluation is { } evaluation)
        {
            ClassSection.Append(page, evaluation, report.TrainedOn, report.MeasuredOn);
        }

        if (report.Clips is { } clips)
        {
            ClipSections.Append(page, report.Labels, clips, report.MeasuredOn);
        }

        if (report.Duplicates is { } duplicates)
        {
            DuplicateSection.Append(page, duplicates);
        }

        SettingSections.Append(page, report);
        return page.ToHtml();
    }

    /// <summary>How many bytes of sounds and pictures a report without any has room for.</summary>
    internal static long RoomFor(RunReport report) =>
        MostBytes - RoomForWords - System.Text.Encoding.UTF8.GetByteCount(ToHtml(report));

    private static string Lead(RunReport report)
    {
        string lead = report.Status is null ? "" : $"<p>{Html.Escape(report.Status)}</p>\n";
        if (report.Evaluation is { } evaluation)
        {
            lead += "<p class=\"big\">" + (evaluation.MultiLabel is { } several
                ? $"Mean average precision <b>{Html.Number(several.MeanAveragePrecision)}</b>, micro F1 " +
                    $"{Html.Number(several.MicroF1)}, all labels right of <b>{Html.Percent(evaluation.Accuracy)}</b>, "
                : $"Accuracy <b>{Html.Percent(evaluation.Accuracy)}</b>, ") +
                $"macro F1 {Html.Number(evaluation.MacroF1)}, loss {Html.Number(evaluation.Loss)}: " +
                $"{Html.Escape(report.MeasuredOn)}.</p>\n";
        }

        return lead;
    }

    private static void AppendCurves(HtmlPage page, RunReport report)
    {
        IReadOnlyList<EpochMetrics> epochs = report.Epochs;
        if (epochs.Count == 0)
        {
            return;
        }

        int[] numbers = [.. epochs.Select(epoch => epoch.Epoch)];
        int? best = report.BestEpoch > 0 ? report.BestEpoch : null;
        page.Section("curves", "Training");
        page.Raw("<div class=\"charts\">");
        page.Raw(LineChart.Draw(
            "Loss", numbers, Two(epoch => epoch.Loss, epoch => epoch.ValidationLoss), best));
        page.Raw(LineChart.Draw(
            "Accuracy", numbers, Two(epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy), best, isShare: true));
        page.Raw(LineChart.Draw(
            "Learning rate at the end of the epoch", numbers,
            [new ChartLine("train", "learning rate", [.. epochs.Select(epoch => epoch.LearningRate)])]));
        page.Raw("</div>");
        int every = (epochs.Count + MostEpochRows - 1) / MostEpochRows;
        page.Table(
            every == 1 ? "Every epoch" : $"Every {every}th epoch, the best and the last (metrics.jsonl has all)",
            ["epoch", "loss", "accuracy", "validation loss", "validation accuracy", "learning rate"],
            epochs.Where((epoch, i) => i % every == 0 || i == epochs.Count - 1 || epoch.Epoch == best)
                .Select(epoch => (string[])
                [
                    epoch.Epoch == best ? $"{epoch.Epoch} (best)" : $"{epoch.Epoch}",
                    Html.Figures(epoch.Loss), Html.Percent(epoch.Accuracy), Html.Figures(epoch.ValidationLoss),
                    Html.Percent(epoch.ValidationAccuracy), Html.Figures(epoch.LearningRate),
                ]),
            isShort: true);

        ChartLine[] Two(Func<EpochMetrics, double> train, Func<EpochMetrics, double> validation) =>
        [
            new("train", "training", [.. epochs.Select(train)]),
            new("validation", "validation", [.. epochs.Select(validation)]),
        ];
    }
}
