using System.Diagnostics;
using NativeCnn.Features.Options;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Reports;

/// <summary>Pages in a real browser, under an accessibility checker.</summary>
[Trait(Slow.Category, Slow.Name)]
public sealed class ReportInBrowserTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(10, false, 1280)]
    [InlineData(10, true, 500)]
    [InlineData(40, true, 1280)]
    [InlineData(1000, false, 1280)]
    public void Report_InABrowser_HasNoSeriousFinding(int classes, bool dark, int width)
    {
        Chromium.RequiredWithAxe();
        HasNoSeriousFinding(ReportWriter.ToHtml(MadeUp.Report(classes)), dark, width, $"report-{classes}");
    }

    [SkippableFact]
    public void ReportOfFolds_InABrowser_HasNoSeriousFinding()
    {
        Chromium.RequiredWithAxe();
        HasNoSeriousFinding(OfFolds(10), dark: true, 1280, "folds");
    }

    /// <summary>It is written after each epoch: of a thousand classes in less than a tenth of a second.</summary>
    [Theory]
    [InlineData(10, 100)]
    [InlineData(1000, 10_000)]
    public void Report_AfterAnEpoch_IsSoonWritten(int classes, int epochs)
    {
        RunReport report = MadeUp.Report(classes, seconds: 0.1, epochs: epochs);
        report = report with { Clips = report.Clips! with { HasSounds = false } };
        double[] seconds = [.. Enumerable.Range(0, 10).Select(_ =>
        {
            var clock = Stopwatch.StartNew();
            ReportWriter.Write(folder["report.html"], report, durable: false);
            return clock.Elapsed.TotalSeconds;
        })];
        long bytes = new FileInfo(folder["report.html"]).Length;
        Console.WriteLine(FormattableString.Invariant(
            $"{classes} classes, {epochs} epochs: {1000 * seconds.Min():0.0} ms, {bytes} bytes"));
        Assert.InRange(seconds.Min(), 0, 0.1);
    }

    private void HasNoSeriousFinding(string html, bool dark, int width, string name)
    {
        if (Environment.GetEnvironmentVariable("NATIVECNN_REPORT_PAGES") is { } kept)
        {
            File.WriteAllText(Path.Combine(kept, $"{name}.html"), html); // to be looked at
        }

        (bool isDark, string[] findings) = Chromium.Axe(folder["page.html"], html, dark, width);
        Assert.Equal(dark, isDark);
        Assert.DoesNotContain(findings, one => one.Split(' ')[0] is "serious" or "critical");
    }

    private static string OfFolds(int count)
    {
        string[] labels = MadeUp.Labels(10);
        FoldEntry[] entries =
        [
            .. Enumerable.Range(0, count).Select(i => new FoldEntry
            {
                Folder = $"fold-{i}",
                Group = $"speaker {i}",
                Accuracy = 0.8 + (i / 100.0),
                BestAccuracy = 0.9,
                BestEpoch = 7,
                Clips = 40,
            }),
        ];
        var config = new RunConfig
        {
            Labels = labels,
            Features = FeatureOptions.LogMelCmn(MadeUp.SampleRate),
            ClipSamples = MadeUp.SampleRate,
            Model = NetworkPresets.Resolve("deep").Create(),
            Training = new TrainingOptions(),
            Device = "cpu",
            GroupBy = "speaker",
            Command = "nativecnn train --folds",
        };
        ConfusionMatrix confusion = MadeUp.Predictions(labels, 4).Predictions.ToConfusion()!;
        return FoldsReport.ToHtml(
            "folds",
            new FoldsSummary
            {
                GroupBy = "speaker",
                Planned = count,
                MeanAccuracy = 0.845,
                StdAccuracy = 0.029,
                Folds = entries,
            },
            config,
            [
                .. entries.Select((entry, i) => new FoldReport(
                    entry,
                    [
                        .. Enumerable.Range(1, 15).Select(MadeUp.Epoch).Select(epoch => epoch with
                        {
                            ValidationAccuracy = epoch.ValidationAccuracy - (i / 50.0),
                            ValidationLoss = epoch.ValidationLoss + (i / 20.0),
                        }),
                    ],
                    confusion)),
            ]);
    }
}
