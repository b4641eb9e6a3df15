using System.Text.Json;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>runs</c>, <c>runs diff</c> and <c>runs compare</c>.</summary>
public class RunsCommandTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Runs_OfEveryKindOfFolder_AreListedWithWhatIsWrongAndTheNewestFirst()
    {
        using var folder = new TemporaryFolder();
        Copy("whole", new DateTime(2026, 1, 3));
        Copy("stopped", new DateTime(2026, 1, 2), run => File.WriteAllLines(
            run.MetricsPath, File.ReadAllLines(run.MetricsPath)[..1]));
        Copy("unbegun", new DateTime(2026, 1, 1), run => File.Delete(run.MetricsPath));
        Copy("diverged", new DateTime(2025, 12, 5), run => File.WriteAllText(run.DivergedPath, ""));
        Copy("no-model", new DateTime(2025, 12, 4), run => File.Delete(run.ModelPath));
        Copy("no-config", new DateTime(2025, 12, 3), run => File.Delete(run.ConfigPath));
        Copy("bad-config", new DateTime(2025, 12, 2), run => File.WriteAllText(run.ConfigPath, "{"));
        Copy("bad-metrics", new DateTime(2025, 12, 1), run => File.WriteAllText(run.MetricsPath, "no\nnumbers\n"));
        folder.Touch("notes/read-me.txt");

        CliRun listed = CliRun.Of("runs", folder.Path, "--json").Succeeded();

        Assert.Equal(
            [
                ("whole", "finished"), ("stopped", "interrupted"), ("unbegun", "interrupted"),
                ("diverged", "diverged"), ("no-model", "damaged"), ("no-config", "damaged"), ("bad-config", "damaged"),
                ("bad-metrics", "damaged"),
            ],
            listed.Json.Select(run => (Text(run, "name"), Text(run, "state"))));
        JsonElement whole = listed.Json[0];
        Assert.Equal(2, whole.GetProperty("epochs").GetInt32());
        Assert.Equal("article", Text(whole, "network"));
        Assert.True(whole.GetProperty("parameters").GetInt64() > 1000);
        EpochOf(whole);
        Assert.False(whole.TryGetProperty("why", out _));
        Assert.All(listed.Json.Skip(1), run => Assert.NotEqual("", Text(run, "why")));
        Assert.Contains("after epoch 1 of 2", Text(listed.Json[1], "why"), StringComparison.Ordinal);
        Assert.Contains("line 1", Text(listed.Json[^1], "why"), StringComparison.Ordinal);
        Assert.Contains("notes", Assert.Single(listed.Error), StringComparison.Ordinal);

        string[] table = CliRun.Of("runs", folder.Path).Succeeded().Output;
        Assert.StartsWith("run", table[0], StringComparison.Ordinal);
        Assert.Contains(table, line => line.StartsWith("no-model: damaged, no model", StringComparison.Ordinal));

        void Copy(string name, DateTime date, Action<RunFolder>? damage = null)
        {
            RunFolder run = CopyTo(folder[name]);
            damage?.Invoke(run);
            foreach (string file in Directory.GetFiles(run.Root, "*", SearchOption.AllDirectories))
            {
                File.SetLastWriteTime(file, date);
            }
        }

        void EpochOf(JsonElement run)
        {
            JsonElement last = trained.Result.Json[^1];
            Assert.Equal(last.GetProperty("best_epoch").GetInt32(), run.GetProperty("best_epoch").GetInt32());
            Assert.Equal(
                last.GetProperty("validation_accuracy").GetDouble(), run.GetProperty("accuracy").GetDouble(), 9);
        }
    }

    [Fact]
    public void Runs_OfFolds_AreOneLineWithTheirMean()
    {
        using var folder = new TemporaryFolder();
        double last = double.Parse(
            trained.Result.Json[1].GetProperty("validation_accuracy").GetRawText(),
            System.Globalization.CultureInfo.InvariantCulture);
        foreach (string fold in (string[])["a", "b"])
        {
            CopyTo(folder[$"folds/fold-{fold}"]);
        }

        JsonElement run = Assert.Single(CliRun.Of("runs", folder.Path, "--json").Succeeded().Json);

        Assert.Equal(("folds", "finished"), (Text(run, "name"), Text(run, "state")));
        Assert.Equal(2, run.GetProperty("folds").GetInt32());
        Assert.Equal(4, run.GetProperty("epochs").GetInt32());
        Assert.Equal(last, run.GetProperty("accuracy").GetDouble(), 9);
    }

    [Fact]
    public void Runs_SortedByAccuracy_HaveTheBestFirstAndThoseWithoutLast()
    {
        using var folder = new TemporaryFolder();
        RunFolder none = CopyTo(folder["none"]);
        File.Delete(none.MetricsPath);
        RunFolder worse = CopyTo(folder["worse"]);
        File.WriteAllText(worse.MetricsPath, new EpochMetrics(1, 1, 0, 9, 0.01, 1, 1).ToJson());
        CopyTo(folder["better"]);

        IEnumerable<string> names = CliRun.Of("runs", folder.Path, "--sort", "accuracy", "--json").Succeeded().Json
            .Select(run => Text(run, "name"));

        Assert.Equal(["better", "worse", "none"], names);
    }

    [Fact]
    public void Runs_OfARunningTraining_SayThatItRuns()
    {
        using var folder = new TemporaryFolder();
        RunFolder run = CopyTo(folder["run"]);
        using (RunLock.Take(run.Root))
        {
            Assert.Equal(RunState.Running, RunSummary.Of(run.Root)!.State);
        }

        Assert.Equal(RunState.Finished, RunSummary.Of(run.Root)!.State);
    }

    [Fact]
    public void Runs_OfNoFolderOrAnEmptyOne_SayWhatToDo()
    {
        using var folder = new TemporaryFolder();
        CliRun.Of("runs", folder["gone"]).FailedNaming("there is no folder");
        string said = Assert.Single(CliRun.Of("runs", folder.Path).Succeeded().Output);
        Assert.Contains("no run in", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_OfARunAndItself_IsNoDifference()
    {
        CliRun same = CliRun.Of("runs", "diff", trained.Path, trained.Path).Succeeded();
        Assert.Contains("no difference", Assert.Single(same.Output), StringComparison.Ordinal);
        JsonElement json = Assert.Single(
            CliRun.Of("runs", "diff", trained.Path, trained.Path, "--json").Succeeded().Json);
        Assert.Empty(json.GetProperty("settings").EnumerateArray());
        Assert.Empty(json.GetProperty("metrics").EnumerateArray());
    }

    [Fact]
    public void Diff_OfTwoRuns_NamesSettingsByTheirPathAndFigures()
    {
        using var folder = new TemporaryFolder();
        RunFolder other = CopyTo(folder["other"]);
        RunConfig config = RunConfig.Load(other.ConfigPath);
        (config with
        {
            Labels = [.. config.Labels.Reverse()],
            Training = config.Training with { BatchSize = 77, Patience = 5 },
        }).Save(other.ConfigPath);
        File.WriteAllLines(other.MetricsPath, File.ReadAllLines(other.MetricsPath)[..1]);

        JsonElement found = Assert.Single(
            CliRun.Of("runs", "diff", trained.Path, other.Root, "--json").Succeeded().Json);

        Dictionary<string, (string A, string B)> settings = found.GetProperty("settings").EnumerateArray()
            .ToDictionary(one => Text(one, "path"), one => (Raw(one, "a"), Raw(one, "b")));
        Assert.Equal(["labels", "training.batch_size", "training.patience"], settings.Keys);
        Assert.Equal(("32", "77"), settings["training.batch_size"]);
        Assert.Equal(("", "5"), settings["training.patience"]);
        JsonElement epochs = found.GetProperty("metrics")[0];
        Assert.Equal(("epochs", 2, 1), (
            Text(epochs, "name"), epochs.GetProperty("a").GetInt32(), epochs.GetProperty("b").GetInt32()));
        string page = string.Join('\n', CliRun.Of("runs", "diff", trained.Path, other.Root).Succeeded().Output);
        Assert.Matches(@"training\.batch_size +32 +77", page);
        CliRun.Of("runs", "diff", trained.Path, folder["gone"]).FailedNaming("'" + folder["gone"] + "'");
    }

    [Fact]
    public void Compare_OnTheSameClips_AgreesWithEvaluateAndCountsTheClipsOfOneAlone()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(SoundSynthesizer.Classes.Count, 3);
        trained.Train("other", epochs: 1, "--learning-rate", "0.003").Succeeded();

        JsonElement found = Assert.Single(CliRun.Of(
            "runs", "compare", trained.Path, trained["other"], "--data", sounds.Path, "--device", "cpu", "--json")
            .Succeeded().Json);

        Assert.Equal(30, found.GetProperty("clips").GetInt32());
        Assert.Equal(AccuracyOf(trained.Path), found.GetProperty("accuracy_a").GetDouble(), 9);
        Assert.Equal(AccuracyOf(trained["other"]), found.GetProperty("accuracy_b").GetDouble(), 9);
        (int onlyA, int onlyB) = (found.GetProperty("only_a").GetInt32(), found.GetProperty("only_b").GetInt32());
        Assert.Equal(
            30 * (AccuracyOf(trained.Path) - AccuracyOf(trained["other"])), onlyA - onlyB, 6);
        Assert.Equal("exact binomial", Text(found, "test"));
        Assert.InRange(found.GetProperty("p_value").GetDouble(), 0, 1);
        Assert.InRange(
            found.GetProperty("accuracy_a").GetDouble(), found.GetProperty("interval_a")[0].GetDouble(),
            found.GetProperty("interval_a")[1].GetDouble());

        string[] same = CliRun.Of(
            "runs", "compare", trained.Path, trained.Path, "--data", sounds.Path, "--device", "cpu").Succeeded().Output;
        Assert.Equal("no difference: both are right on the same clips", same[^1]);

        double AccuracyOf(string run) => Assert.Single(CliRun.Of(
            "evaluate", run, "--data", sounds.Path, "--device", "cpu", "--json").Succeeded().Json)
            .GetProperty("accuracy").GetDouble();
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static string Raw(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "";

    private RunFolder CopyTo(string folder)
    {
        foreach (string file in Directory.GetFiles(trained.Path, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(folder, Path.GetRelativePath(trained.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return RunFolder.At(folder);
    }
}
