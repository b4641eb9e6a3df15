using System.Text;
using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tests.Cli;

/// <summary><c>train</c>: what it prints, what it leaves, and that it does so again.</summary>
public class TrainTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Train_LeavesEveryFileOfTheRunFolder()
    {
        Assert.All(
            new[] { "config.json", "model.safetensors", "metrics.jsonl", "report.html" },
            name => Assert.True(File.Exists(Path.Combine(trained.Path, name)), name));
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(trained.Path, "checkpoint")));
    }

    [Fact]
    public void TrainJson_PrintsTheLinesOfMetricsAndALastLineWithTheContractsKeys()
    {
        JsonElement[] lines = trained.Result.Json;

        Assert.Equal(3, lines.Length);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(trained.Path, "metrics.jsonl")), trained.Result.Output[..^1]);
        string[] keys =
            ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate", "seconds"];
        Assert.All(lines[..^1], line => Assert.All(keys, key => Assert.True(line.TryGetProperty(key, out _), key)));
        Assert.Equal(trained.Path, lines[^1].GetProperty("run").GetString());
        Assert.InRange(lines[^1].GetProperty("best_epoch").GetInt32(), 1, 2);
        Assert.InRange(lines[^1].GetProperty("validation_accuracy").GetDouble(), 0, 1);
        Assert.True(lines[^1].GetProperty("validation_loss").GetDouble() > 0);
        Assert.Empty(lines[^1].GetProperty("skipped").EnumerateArray());
    }

    [Fact]
    public void Train_TheSameCommandTwice_GivesAByteIdenticalModel()
    {
        trained.Train("twin", epochs: 2).Succeeded();
        Assert.Equal(trained.Model("run"), trained.Model("twin"));
        trained.Train("twin", epochs: 2).Succeeded();
        Assert.Equal(trained.Model("run"), trained.Model("twin"));
    }

    [Fact]
    public void Train_WithFeaturesOnTheHostAndAGraphInVain_GivesTheSameModelAndSaysSo()
    {
        CliRun run = trained.Train("host", epochs: 2, "--feature-memory", "host", "--graph", "on").Succeeded();

        Assert.Equal(trained.Model("run"), trained.Model("host"));
        Assert.Single(run.Error, line => line.Contains("no CUDA graphs", StringComparison.Ordinal));
        Assert.Single(run.Error, line => line.Contains("the machine's memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_WithFeaturesOnDisk_GivesTheSameModelAndSaysSo()
    {
        CliRun run = trained.Train("disk", epochs: 2, "--feature-memory", "disk").Succeeded();

        Assert.Equal(trained.Model("run"), trained.Model("disk"));
        Assert.Single(run.Error, line => line.Contains("features stay on disk", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_WithFeaturesOfHalves_GivesOneModelWhereverTheyAreAndTheRunKnows()
    {
        trained.Train("half", epochs: 1, "--feature-precision", "fp16").Succeeded();
        trained.Train("half-disk", epochs: 1, "--feature-precision", "fp16", "--feature-memory", "disk").Succeeded();

        Assert.Equal(trained.Model("half"), trained.Model("half-disk"));
        Assert.Contains(
            "\"feature_precision\": \"fp16\"", File.ReadAllText(Path.Combine(trained["half"], "config.json")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Train_IntoAnotherRunsFolder_IsRefusedUnlessForced()
    {
        trained.Train("taken", epochs: 1).Succeeded();
        byte[] before = trained.Model("taken");
        trained.Train("taken", epochs: 1, "--learning-rate", "0.01").FailedNaming("--force");
        Assert.Equal(before, trained.Model("taken"));
        trained.Train("taken", epochs: 1, "--learning-rate", "0.01", "--force").Succeeded();
        Assert.NotEqual(before, trained.Model("taken"));
    }

    [Fact]
    public void Resume_AfterTheLastEpoch_EqualsTheUninterruptedRun()
    {
        trained.Train("whole", epochs: 4).Succeeded();
        trained.Train("halves", epochs: 2).Succeeded();
        CliRun resumed = CliRun.Of("train", "--resume", trained["halves"], "--epochs", "4", "--json").Succeeded();

        Assert.Equal([3, 4], resumed.Json[..^1].Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(trained.Model("whole"), trained.Model("halves"));
    }

    [Fact]
    public void Resume_WithAnotherOptimizer_SaysWhichTheCheckpointIsOf()
    {
        trained.Train("other", epochs: 1, "--optimizer", "sgd").Succeeded();
        string path = Path.Combine(trained["other"], "config.json");
        var config = RunConfig.Load(path);

        (config with { Training = config.Training with { Optimizer = new RmsPropOptions() } }).Save(path);
        CliRun.Of("train", "--resume", trained["other"], "--epochs", "2").FailedNaming(
            "the checkpoint is of sgd that kept momentum_buffer, but rmsprop as it was asked for keeps square_avg; " +
            "resume with the optimiser and the settings of the checkpoint, or begin a new run");

        config.Save(path);
        CliRun.Of("train", "--resume", trained["other"], "--epochs", "2").Succeeded();
    }

    [Fact]
    public void Interruption_AfterAnEpoch_IsResumedToTheSameModel()
    {
        using var interruption = new CancellationTokenSource();
        CliRun stopped = CliRun.Of(
            new CancelAtFirstLine(interruption), interruption.Token, trained.Arguments("stopped", epochs: 2));

        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        Assert.Contains($"--resume {trained["stopped"]}", stopped.Error[^1], StringComparison.Ordinal);
        CliRun.Of("train", "--resume", trained["stopped"], "--json").Succeeded();
        Assert.Equal(trained.Model("run"), trained.Model("stopped"));
    }

    [Fact]
    public void Train_WithoutJson_PrintsARowAnEpochAndWhatCameOfIt()
    {
        string[] arguments = [.. trained.Arguments("plain", epochs: 2).Where(word => word != "--json")];
        string text = string.Join('\n', CliRun.Of(arguments).Succeeded().Output);

        Assert.Matches(@"(?m)^ +1 +\d\.\d{4} +\d+\.\d % +\d+\.\d{4} +\d+\.\d % +\d+\.\d", text);
        Assert.Contains("best epoch ", text, StringComparison.Ordinal);
        Assert.Contains("precision", text, StringComparison.Ordinal);
        Assert.Contains("GFLOP/s", text, StringComparison.Ordinal);
        Assert.Contains(trained["plain"], text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Folds_LeaveEachSpeakerOutInTurn()
    {
        using SoundFolder sounds = SoundFolder.OfSpeakers(2, ["ann", "bob"], 6);
        CliRun run = CliRun.Of(
            "train", "--data", sounds.Path, "--group", "speaker", "--folds", "--epochs", "1", "--device", "cpu",
            "--json", "--output", sounds[".folds"]).Succeeded();

        JsonElement last = run.Json[^1];
        JsonElement[] folds = [.. last.GetProperty("folds").EnumerateArray()];
        Assert.Equal(["ann", "bob"], folds.Select(fold => fold.GetProperty("group").GetString()));
        double mean = folds.Average(fold => fold.GetProperty("accuracy").GetDouble());
        Assert.Equal(mean, last.GetProperty("mean_accuracy").GetDouble(), 12);
        Assert.True(last.GetProperty("std_accuracy").GetDouble() >= 0);
        Assert.True(File.Exists(sounds[".folds/fold-ann/model.safetensors"]));
        Assert.True(File.Exists(sounds[".folds/fold-bob/model.safetensors"]));
    }

    /// <summary>Asks for the end when the first line is written, as Ctrl-C after the first epoch.</summary>
    private sealed class CancelAtFirstLine(CancellationTokenSource interruption) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            interruption.Cancel();
        }
    }
}
