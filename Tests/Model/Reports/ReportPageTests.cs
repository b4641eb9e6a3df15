// Laws of report.html: a page that stands alone, says what was measured, and stays small.
using System.Text;
using System.Xml.Linq;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Training;
using SkiaSharp;

namespace NativeCnn.Tests.Model.Reports;

public sealed class ReportPageTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(1000)]
    public void Page_OfAnyClasses_StandsAloneAndEveryPartHasItsName(int classes)
    {
        string html = ReportWriter.ToHtml(MadeUp.Report(classes));
        PageFile page = new(html);

        Assert.InRange(Encoding.UTF8.GetByteCount(html), 50_000, ReportWriter.MostBytes);
        Assert.DoesNotMatch("https?:", html);
        Assert.Empty(page.All("script").Concat(page.All("link")));
        string[] addresses =
        [
            .. page.Document.Descendants().Attributes()
                .Where(one => one.Name.LocalName is "src" or "href").Select(one => one.Value),
        ];
        Assert.All(addresses, one => Assert.Matches("^(#|data:image/png;base64,|data:audio/wav;base64,)", one));

        string[] ids = [.. page.Document.Descendants().Attributes("id").Select(one => one.Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(
            addresses.Where(one => one[0] == '#').Select(one => one[1..])
                .Concat(page.Document.Descendants().Attributes("aria-labelledby").Select(one => one.Value)),
            one => Assert.Contains(one, ids));

        Assert.NotEmpty(page.All("table"));
        Assert.All(page.All("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
        Assert.All(page.All("table"), table => Assert.Equal("0", table.Parent!.Attribute("tabindex")?.Value));
        Assert.All(
            page.All("th"), heading => Assert.Contains(heading.Attribute("scope")?.Value, (string[])["row", "col"]));
        Assert.All(page.All("img"), picture => Assert.NotEmpty(picture.Attribute("alt")!.Value));
        Assert.All(page.All("audio"), sound => Assert.NotEmpty(sound.Attribute("aria-label")!.Value));
        Assert.All(
            page.All("svg"),
            chart => Assert.True(
                chart.Attribute("role")?.Value == "img" || chart.Attribute("aria-hidden") is not null));
        Assert.All(["header", "nav", "main"], landmark => Assert.Single(page.All(landmark)));
        Assert.Single(page.All("h1"));
        string levels = string.Concat(
            page.Document.Descendants().Select(one => one.Name.LocalName).Where(name => name is "h1" or "h2" or "h3"));
        Assert.DoesNotContain("h1h3", levels, StringComparison.Ordinal);
    }

    [Fact]
    public void Confusions_AreTheEvaluations()
    {
        RunReport few = MadeUp.Report(10, seconds: 0.1);
        Assert.Equal(few.Confusion!.ToRows(), new PageFile(ReportWriter.ToHtml(few)).Matrix());

        RunReport many = MadeUp.Report(40, seconds: 0.1);
        string[][] pairs = new PageFile(ReportWriter.ToHtml(many)).Rows("Confusions, ");
        Assert.NotEmpty(pairs);
        Assert.Equal(
            many.Confusion!.Mistakes().Take(pairs.Length).Select(one => one.Count),
            pairs.Select(row => int.Parse(row[2])));
        int truth = many.Labels.ToList().IndexOf(pairs[0][0]);
        Assert.Equal(many.Confusion[truth, many.Labels.ToList().IndexOf(pairs[0][1])], int.Parse(pairs[0][2]));
    }

    [Fact]
    public void Classes_AreTheEvaluations()
    {
        RunReport report = MadeUp.Report(10, seconds: 0.1);
        string[][] rows = new PageFile(ReportWriter.ToHtml(report)).Rows("Classes, ");
        Assert.Equal(
            report.Evaluation!.Classes.Select(one => FormattableString.Invariant($"{one.F1:0.000} {one.Support}")),
            rows.Skip(1).Select(row => $"{row[3]} {row[4]}"));
        Assert.Equal(FormattableString.Invariant($"{report.Evaluation.MacroF1:0.000}"), rows[0][3]);
    }

    [Fact]
    public void Mistakes_AreThoseThatTheNetworkIsSurestOf_AtMostThreeOfAPair()
    {
        RunReport report = MadeUp.Report(3, seconds: 0.05, clipsOfAClass: 40);
        Assert.InRange(report.Confusion!.Mistakes().Min(one => one.Count), 4, 40);
        ReportClips clips = report.Clips!;
        Assert.All(clips.Mistakes, one => Assert.NotEqual(one.Prediction.Truth, one.Prediction.Predicted));
        Assert.Equal(clips.Mistakes.OrderByDescending(one => one.Prediction.Probability), clips.Mistakes);
        Assert.All(
            clips.Mistakes.CountBy(one => (one.Prediction.Truth, one.Prediction.Predicted)),
            pair => Assert.InRange(pair.Value, 1, 3));
        Assert.Equal(clips.Hardest.OrderByDescending(one => one.Prediction.Loss), clips.Hardest);
        Assert.All(clips.Hardest, one => Assert.InRange(Math.Exp(-one.Prediction.Loss), 0, 0.5));
    }

    [Fact]
    public void Sound_IsTheClip_AndItsPictureShowsWhereItIs()
    {
        RunReport report = MadeUp.Report(10);
        ReportClip tone = report.Clips!.Mistakes.First(one => one.Entry.LabelIndex == 0); // a sine
        AudioClip heard = AudioFile.Decode(tone.Sound!.Wav, "the sound");
        Assert.Equal((MadeUp.SampleRate, MadeUp.SampleRate), (heard.SampleRate, heard.Samples.Length));
        Assert.InRange(heard.Samples.Max(), 0.01f, 1);

        using SKBitmap picture = SKBitmap.Decode(tone.Sound.Picture);
        Assert.Equal(40, picture.Height);
        using var codec = SKCodec.Create(new MemoryStream(tone.Sound.Picture));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(picture.Info, picture.GetPixels()));
        int[] loudest =
        [
            .. Enumerable.Range(picture.Width / 3, picture.Width / 3).Select(
                x => Enumerable.Range(0, 40).MaxBy(y => picture.GetPixel(x, y).Green)),
        ];
        // One tone: the same band in the middle of the clip.
        Assert.InRange(loudest.Max() - loudest.Min(), 0, 2);
    }

    [Fact]
    public void Sounds_ThatDoNotFit_AreLeftOutAndCounted()
    {
        RunReport report = MadeUp.Report(12, seconds: 12);
        string html = ReportWriter.ToHtml(report);
        PageFile page = new(html);

        Assert.InRange(Encoding.UTF8.GetByteCount(html), ReportWriter.MostBytes / 2, ReportWriter.MostBytes);
        int heard = page.All("audio").Count();
        int shown = report.Clips!.Mistakes.Count;
        Assert.InRange(heard, 1, shown - 1);
        Assert.Contains($"; {shown - heard} sounds are left out, because the page", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_MarkTheBestEpoch_AndThinManyEpochs()
    {
        int[] epochs = [1, 2, 3];
        XElement figure = XElement.Parse(LineChart.Draw(
            "Loss", epochs,
            [
                new ChartLine("train", "training", [3, 2, 1]),
                new ChartLine("validation", "validation", [2, double.NaN, 1]),
            ],
            best: 2));
        Assert.Equal(5, figure.Descendants("circle").Count());
        Assert.Contains(figure.Descendants("text"), text => text.Value == "best: 2");
        Assert.Contains(
            "The best epoch is 2.", figure.Element("svg")!.Attribute("aria-label")!.Value, StringComparison.Ordinal);

        string one = LineChart.Draw("Loss", [1], [new ChartLine("train", "training", [double.NaN])]);
        Assert.Empty(XElement.Parse(one).Descendants("circle"));

        int[] many = [.. Enumerable.Range(1, 100_000)];
        string thinned = LineChart.Draw(
            "Loss", many, [new ChartLine("train", "training", [.. many.Select(i => 1.0 / i)])], best: 7);
        Assert.InRange(thinned.Length, 1000, 10_000);
        Assert.Equal([0, 99_999], ((int[])[LineChart.Thinned(100_000)[0], LineChart.Thinned(100_000)[^1]]));
    }

    [Fact]
    public void Page_WithNothingYet_IsStillAPage()
    {
        string html = ReportWriter.ToHtml(new RunReport { Title = "t" });
        Assert.Equal("t", new PageFile(html).All("h1").Single().Value);
        html = ReportWriter.ToHtml(new RunReport { Title = "t", Epochs = [MadeUp.Epoch(1)] });
        Assert.Equal(3, new PageFile(html).All("figure").Count());
    }

    [Fact]
    public void Page_Twice_IsTheSameButForMarkedLines()
    {
        RunReport report = MadeUp.Report(10, seconds: 0.2);
        TrainingTimes later = new();
        later.Start();
        later.Book(TrainingPhase.Forward);
        string first = ReportWriter.ToHtml(report);
        string second = ReportWriter.ToHtml(
            MadeUp.Report(10, seconds: 0.2) with { Times = later, Command = "nativecnn train --resume run" });
        Assert.NotEqual(first, second);
        Assert.Equal(Unvarying(first), Unvarying(second));
    }

    [Fact]
    public void Predictions_OfLogitsAndOfProbabilities_AreTheSame()
    {
        ClipPredictions ofLogits = new(3, keepProbabilities: true);
        ofLogits.AddLogits(1, [1000, 1001, 999]);
        float[] probabilities = ofLogits.ProbabilitiesOf(0);
        Assert.Equal(1, probabilities.Sum(), 1e-6);
        ClipPredictions given = new(3);
        given.AddProbabilities(1, probabilities);
        Assert.Equal(ofLogits.Clips[0].Loss, given.Clips[0].Loss, 1e-5);
        Assert.Equal((1, 1), (given.Clips[0].Predicted, ofLogits.Clips[0].Predicted));
        given.AddProbabilities(0, [0, 1, 0]);
        Assert.True(float.IsFinite(given.Clips[1].Loss));
        Assert.Throws<ArgumentException>(() => given.AddLogits(3, [1, 2, 3]));
        Assert.Throws<InvalidOperationException>(() => given.ProbabilitiesOf(0));
    }

    [Fact]
    public void Mistakes_OfSeveralLabels_AreClipsWhoseLabelsAreNotAllRight_TheMostWrongFirst()
    {
        LabelSets sets = new([[0], [0, 1], []], labels: 3, ';');
        ClipPredictions predictions = new(3, sets: sets) { Thresholds = [0.5f, 0.5f, 0.9f] };
        predictions.AddProbabilities(0, [0.9f, 0.1f, 0.8f]); // right: the third label needs 0.9
        predictions.AddProbabilities(1, [0.9f, 0.3f, 0.1f]); // misses the second
        predictions.AddProbabilities(2, [0.95f, 0.1f, 0.1f]); // given the first
        ClipEntry[] entries = [.. Enumerable.Range(0, 3).Select(
            i => new ClipEntry("", $"{i}.wav", i, "", null, null, ClipColumns.None))];
        var clips = ReportClips.Of(predictions, entries, ["a", "b", "c"]);

        Assert.Equal(["2.wav", "1.wav"], clips.Mistakes.Select(one => one.Entry.RelativePath));
        Assert.Equal([("none", "a"), ("a, b", "a")], clips.Mistakes.Select(one => (one.Truth, one.Given)));
        Assert.Equal([0, 1], clips.Mistakes.Select(one => one.Prediction.Predicted));
        Assert.Equal(-Math.Log(0.05 * 0.9 * 0.9) / 3, clips.Mistakes[0].Prediction.Loss, 1e-5);
        Assert.Equal(3, clips.HardInAll);
        Assert.Null(predictions.ToConfusion());
        string html = ReportWriter.ToHtml(new RunReport { Title = "t", Labels = ["a", "b", "c"], Clips = clips });
        Assert.Equal(["2.wav", "none", "a", "a", "95.0 %"], new PageFile(html).Rows("Worst mistakes")[0]);
    }

    /// <summary>A page without the lines that may differ between two runs of the same training.</summary>
    internal static string Unvarying(string html) =>
        string.Join('\n', html.Split('\n').Where(line => !line.Contains("\"varies\"", StringComparison.Ordinal)));
}
