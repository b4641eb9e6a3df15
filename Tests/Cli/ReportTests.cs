// report.html of a training, of an evaluation and of folds, as the command leaves them; predictions.csv and folds.json.
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model.Reports;

namespace NativeCnn.Tests.Cli;

public class ReportTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Train_Report_SaysWhatTheCommandSaid()
    {
        PageFile page = PageOf("run");
        JsonElement last = trained.Result.Json[^1];

        string lead = page.All("header").Single().Value;
        Assert.Contains("Finished after epoch 2 of 2", lead, StringComparison.Ordinal);
        Assert.Contains(
            FormattableString.Invariant($"Accuracy {100 * last.GetProperty("validation_accuracy").GetDouble():0.0} %"),
            lead, StringComparison.Ordinal);
        int[][] matrix = page.Matrix();
        Assert.Equal(
            last.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("support").GetInt32()),
            matrix.Select(row => row.Sum()));
        Assert.Equal(
            ["Training", "Confusions", "Classes", "Worst mistakes", "Hardest clips", "Duplicates", "Data", "Network",
                "Time", "Settings", "Machine and command"],
            page.All("h2").Select(one => one.Value));
        Assert.Contains("training.learning_rate", page.Rows("Every setting").Select(row => row[0]));
        Assert.Contains("--clips-per-class 10", page.All("pre").Single().Value, StringComparison.Ordinal);
        Assert.NotEmpty(page.All("audio"));
    }

    [Fact]
    public void Train_Report_IsThereAfterTheFirstEpoch_AndOfAnInterruptedRunNamesTheEpochsDone()
    {
        using var interruption = new CancellationTokenSource();
        string path = Path.Combine(trained["stopped"], "report.html");
        string? atFirst = null;
        var output = new AtLine(line =>
        {
            if (line.Contains("\"epoch\":1,", StringComparison.Ordinal))
            {
                atFirst = File.ReadAllText(path);
            }
            else
            {
                interruption.Cancel();
            }
        });
        CliRun stopped = CliRun.Of(output, interruption.Token, trained.Arguments("stopped", epochs: 4));

        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        PageFile first = new(atFirst!);
        Assert.Contains(
            "In training: epoch 1 of 4 is done", first.All("header").Single().Value, StringComparison.Ordinal);
        Assert.Empty(first.All("audio"));
        Assert.Contains("are added when the training ends", atFirst, StringComparison.Ordinal);
        Assert.NotEmpty(first.Matrix());

        PageFile page = PageOf("stopped");
        Assert.Contains("Interrupted after epoch 2 of 4", page.All("header").Single().Value, StringComparison.Ordinal);
        Assert.Equal(2, page.Rows("Every epoch").Length);
        Assert.NotEmpty(page.All("audio"));

        CliRun.Of("train", "--resume", trained["stopped"], "--json").Succeeded();
        trained.Train("unbroken", epochs: 4).Succeeded();
        Assert.Equal(Untitled("unbroken"), Untitled("stopped"));
        Assert.Contains("train --resume", PageOf("stopped").All("pre").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Output_HasTheEvaluationsNumbersInEveryFile()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(10, 2);
        File.Copy(sounds[$"{SoundSynthesizer.Classes[0]}/0.wav"], sounds[$"{SoundSynthesizer.Classes[1]}/same.wav"]);
        string folder = sounds["out/more"];
        JsonElement json = Assert.Single(CliRun.Of(
            "evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu", "--output", folder, "--json")
            .Succeeded().Json);

        int[][] confusion = [.. json.GetProperty("confusion").EnumerateArray().Select(
            row => row.EnumerateArray().Select(one => one.GetInt32()).ToArray())];
        PageFile page = new(File.ReadAllText(json.GetProperty("report").GetString()!));
        Assert.Equal(confusion, page.Matrix());
        Assert.Contains("1 of them in two classes", page.All("main").Single().Value, StringComparison.Ordinal);

        string[][] lines =
            [.. File.ReadAllLines(json.GetProperty("predictions").GetString()!).Select(line => line.Split(','))];
        string[] labels = [.. SoundSynthesizer.Classes];
        Assert.Equal(["file", "true", "predicted", .. labels.Select(label => $"p_{label}")], lines[0]);
        Assert.Equal(21, lines.Length - 1);
        int[][] counted = [.. labels.Select(_ => new int[labels.Length])];
        foreach (string[] line in lines[1..])
        {
            double[] probabilities = [.. line[3..].Select(one => double.Parse(one, CultureInfo.InvariantCulture))];
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(line[2], labels[Array.IndexOf(probabilities, probabilities.Max())]);
            Assert.Equal(line[1], line[0].Split('/')[0]);
            counted[Array.IndexOf(labels, line[1])][Array.IndexOf(labels, line[2])]++;
        }

        Assert.Equal(confusion, counted);
        Assert.Equal(
            (double)confusion.Select((row, i) => row[i]).Sum() / 21, json.GetProperty("accuracy").GetDouble(), 1e-12);
    }

    [Fact]
    public void Evaluate_Output_IsTold_AndRefusedWhereItWouldHarm()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 2);
        string[] command = ["evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu", "--output"];
        CliRun run = CliRun.Of([.. command, sounds["out"]]).Succeeded();
        Assert.Contains(
            $"report: {Path.Combine(sounds["out"], "report.html")}; every clip: ", run.Output[^1],
            StringComparison.Ordinal);
        Assert.Contains(run.Output, line => line.StartsWith("confusion matrix", StringComparison.Ordinal));

        string before = File.ReadAllText(Path.Combine(trained.Path, "report.html"));
        CliRun.Of([.. command, trained.Path]).FailedNaming("holds a run");
        CliRun.Of([.. command, sounds.Text("a file")]).FailedNaming("is a file");
        CliRun.Of([.. command, Path.Combine(sounds["a file"], "below")]).FailedNaming("Give another --output");
        Assert.Equal(before, File.ReadAllText(Path.Combine(trained.Path, "report.html")));
    }

    [Fact]
    public void Folds_LeaveASummaryAndAReportOfAll()
    {
        using SoundFolder sounds = SoundFolder.OfSpeakers(2, ["ann", "b%o", "cem"], 4);
        string folder = sounds[".folds"];
        JsonElement last = CliRun.Of(
            "train", "--data", sounds.Path, "--group", "speaker", "--folds", "--epochs", "2", "--device", "cpu",
            "--json", "--output", folder).Succeeded().Json[^1];

        FoldsSummary summary = FoldsSummary.Load(folder);
        Assert.Equal(("speaker", 3, 3), (summary.GroupBy, summary.Planned, summary.Folds.Count));
        Assert.Equal(last.GetProperty("mean_accuracy").GetDouble(), summary.MeanAccuracy);
        Assert.Equal(last.GetProperty("std_accuracy").GetDouble(), summary.StdAccuracy);
        Assert.Equal(["ann", "b%o", "cem"], summary.Folds.Select(fold => fold.Group));
        Assert.All(summary.Folds, fold => Assert.True(
            File.Exists(Path.Combine(folder, fold.Folder, "model.safetensors")), fold.Folder));

        PageFile page = new(File.ReadAllText(Path.Combine(folder, "report.html")));
        int[][] pooled = page.Matrix();
        Assert.Equal([12, 12], pooled.Select(row => row.Sum()));
        // After the last epoch, as the accuracies are: each group has as many clips.
        Assert.Equal(summary.MeanAccuracy, (pooled[0][0] + pooled[1][1]) / 24.0, 1e-9);
        string[] links = [.. page.All("a").Attributes("href").Select(one => one.Value).Where(one => one[0] != '#')];
        Assert.Equal(3, links.Length);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(folder, Uri.UnescapeDataString(link))), link));
        Assert.Equal(3, page.All("figure").First().Element("svg")!.Elements("path")
            .Count(path => path.Attribute("class")!.Value.StartsWith("line", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void Folds_OutsideOfTheirFolder_AreRefused(string name)
    {
        using var folder = new SoundFolder();
        new FoldsSummary
        {
            GroupBy = "speaker",
            Planned = 1,
            MeanAccuracy = 1,
            StdAccuracy = 0,
            Folds = [new FoldEntry { Folder = name, Group = "a", Accuracy = 1, BestAccuracy = 1, Clips = 2 }],
        }.Save(folder.Path);
        Assert.Contains(
            "give the name of a folder",
            Assert.Throws<RunException>(() => FoldsSummary.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 60)]
    [InlineData(10, 120)]
    [InlineData(30, 80)]
    [InlineData(30, 200)]
    [InlineData(1000, 80)]
    public void ConfusionTable_FitsTheTerminal_WithTheMatrixsNumbers(int classes, int width)
    {
        string[] labels = MadeUp.Labels(classes);
        ConfusionMatrix matrix = MadeUp.Predictions(labels, 4).Predictions.ToConfusion()!;
        string[] lines = [.. ConfusionTable.Lines(matrix, labels, width)];

        Assert.All(lines, line => Assert.InRange(line.Length, 1, Math.Max(width, 64)));
        Assert.DoesNotContain('\u001b', string.Concat(lines));
        if (lines[0].StartsWith("confusion matrix", StringComparison.Ordinal))
        {
            Assert.Equal(
                matrix.ToRows().Select(row => row.Sum()),
                lines[2..].Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries)[1..]
                    .Sum(cell => cell.Trim() == "." ? 0 : int.Parse(cell, CultureInfo.InvariantCulture))));
        }
        else
        {
            Assert.True(classes > 10, "ten classes fit into sixty columns");
            Assert.Contains(
                matrix.Mistakes()[0].Count.ToString(CultureInfo.InvariantCulture), lines[1], StringComparison.Ordinal);
        }
    }

    private PageFile PageOf(string run) => new(File.ReadAllText(Path.Combine(trained[run], "report.html")));

    // The folder's name is the title.
    private string Untitled(string run) => ReportPageTests.Unvarying(
        File.ReadAllText(Path.Combine(trained[run], "report.html"))).Replace(run, "", StringComparison.Ordinal);

    private sealed class AtLine(Action<string> told) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            told(value ?? "");
        }
    }
}
