using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>nativecnn sweep</c>: real trainings, of a few tiny clips each.</summary>
public sealed class SweepTests : IDisposable
{
    private const string Base =
        "[base]\nclips_per_class = 4\nclip_seconds = 0.25\nseed = 3\ndevice = \"cpu\"\nworkers = 1\n";

    private static readonly string[] SameAsBase =
        ["--clips-per-class", "4", "--clip-seconds", "0.25", "--seed", "3", "--device", "cpu", "--workers", "1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Grid_DoneByTwoWorkers_HasTheWeightsOfTrainAndAReportOfAllJobs()
    {
        string spec = Spec(Base + "epochs = 1\n[grid]\nlearning_rate = [0.002, 0.02]\nbatch_size = [8, 16]\n");

        CliRun[] workers = new CliRun[2];
        Parallel.For(0, 2, i => workers[i] = CliRun.Of("sweep", spec, "--dir", folder["d"], "--json"));

        int[] settled = [.. workers.SelectMany(one => one.Succeeded().Json)
            .Where(line => line.TryGetProperty("job", out _)).Select(line => line.GetProperty("job").GetInt32())];
        Assert.Equal([0, 1, 2, 3], settled.Order());
        TrainAlone("--epochs", "1", "--learning-rate", "0.02", "--batch-size", "8");
        SameWeights(folder["alone"], folder["d/0002"]);

        JsonElement[] report = CliRun.Of("sweep", "report", folder["d"], "--json", "--output", folder["d.csv"])
            .Succeeded().Json;
        Assert.Equal(5, report.Length);
        double[] accuracies = [.. report[..4].Select(job => job.GetProperty("accuracy").GetDouble())];
        Assert.Equal(accuracies.OrderDescending(), accuracies);
        Assert.All(report[..4], job => Assert.Equal("done", job.GetProperty("state").GetString()));
        Assert.Equal(4, report[4].GetProperty("done").GetInt32());
        Assert.Equal(report[0].GetProperty("job").GetInt32(), report[4].GetProperty("best").GetInt32());

        string[] csv = File.ReadAllLines(folder["d.csv"]);
        Assert.StartsWith("job,rung,learning-rate,batch-size,state,accuracy", csv[0], StringComparison.Ordinal);
        Assert.Equal(["0", "1", "2", "3"], csv[1..].Select(row => row.Split(',')[0]).Order());
        Assert.Contains("0002", CliRun.Of("runs", folder["d"]).Succeeded().Output[1..].Select(row => row[..4]));
        Assert.Empty(CliRun.Of("runs", folder["d"]).Error);
    }

    [Fact]
    public void Halving_LetsTheBestGoOn_ToTheWeightsOfAnUnbrokenTraining()
    {
        string spec = Spec(
            Base + "[grid]\nlearning_rate = [0.00001, 0.005, 0.00002, 0.02]\n[halving]\nrungs = [3, 5]\neta = 4\n");

        CliRun run = CliRun.Of("sweep", spec, "--dir", folder["d"]).Succeeded();

        JsonElement[] report = CliRun.Of("sweep", "report", folder["d"], "--json").Succeeded().Json;
        JsonElement[] rungs = [.. report[^1].GetProperty("rungs").EnumerateArray()];
        Assert.Equal([4, 1], rungs.Select(rung => rung.GetProperty("jobs").GetInt32()));
        Assert.Equal([3, 5], rungs.Select(rung => rung.GetProperty("epochs").GetInt32()));
        Assert.Equal([5, 3, 3, 3], report[..^1].Select(job => job.GetProperty("epochs").GetInt32()));

        // Who went on is who was best in the lower rung, ties by loss: read from the runs themselves.
        Assert.NotEqual(Best(0).Accuracy, Best(1).Accuracy);
        int winner = Enumerable.Range(0, 4)
            .OrderByDescending(job => Best(job).Accuracy).ThenBy(job => Best(job).Loss).First();
        Assert.Equal(winner, report[0].GetProperty("job").GetInt32());
        string rate = new[] { "0.00001", "0.005", "0.00002", "0.02" }[winner];
        TrainAlone("--epochs", "5", "--learning-rate", rate);
        SameWeights(folder["alone"], folder[$"d/{winner:0000}-rung1"]);
        Assert.Contains(
            run.Output, line => line.StartsWith("rung 1, to epoch 5: 1 job, 1 done", StringComparison.Ordinal));

        (double Accuracy, double Loss) Best(int job) => File.ReadAllLines(folder[$"d/{job:0000}-rung0/metrics.jsonl"])
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(epoch => (
                epoch.GetProperty("validation_accuracy").GetDouble(),
                epoch.GetProperty("validation_loss").GetDouble()))
            .OrderByDescending(one => one.Item1).ThenBy(one => one.Item2).First();
    }

    [Fact]
    public void JobOfAWorkerThatWasKilled_GoesOnFromItsCheckpoint_ToTheSameWeights()
    {
        string spec = Spec(Base + "epochs = 3\n[grid]\nlearning_rate = [0.005]\n");
        TrainAlone("--epochs", "3", "--learning-rate", "0.005");

        // What a killed worker leaves: a claim, and a run of one epoch in its attempt.
        StoppedAtOnce(spec);

        string batch = folder["d/jobs/batch-0"];
        File.Move(Path.Combine(batch, "0000.waiting.0.0"), Path.Combine(batch, "0000.waiting.1.1"));
        Directory.CreateDirectory(folder["d/jobs/attempts/0-0000.1"]);
        string killed = folder["d/jobs/attempts/0-0000.1/0000"];
        Interrupted(
            "\"epoch\":1",
            ["train", .. SameAsBase, "--epochs", "3", "--learning-rate", "0.005", "--json", "--output", killed]);
        string first = Assert.Single(File.ReadAllLines(Path.Combine(killed, "metrics.jsonl")));

        CliRun run = CliRun.Of("sweep", spec, "--dir", folder["d"], "--json").Succeeded();

        Assert.Equal(2, run.Json[0].GetProperty("attempts").GetInt32());
        Assert.Equal(1, run.Json[0].GetProperty("crashes").GetInt32());
        SameWeights(folder["alone"], folder["d/0000"]);
        Assert.Empty(Directory.GetDirectories(folder["d/jobs/attempts"]));

        // Its seconds too: the epoch was not done again.
        Assert.Equal(first, File.ReadAllLines(folder["d/0000/metrics.jsonl"])[0]);
    }

    [Fact]
    public void CheckpointEvery_WritesFewer_AndOneWhereItIsInterrupted()
    {
        string[] train = ["train", .. SameAsBase, "--epochs", "5", "--json", "--checkpoint-every", "2"];
        CliRun.Of([.. train, "--output", folder["alone"]]).Succeeded();
        List<bool> isThere = [];
        var output = new WatchedWriter("\"epoch\":", () => isThere.Add(
            File.Exists(folder["run/checkpoint/checkpoint.safetensors"])));

        CliRun.Of(output, default, [.. train, "--output", folder["run"]]).Succeeded();

        Assert.Equal([false, true, true, true, true], isThere);
        SameWeights(folder["alone"], folder["run"]);

        Interrupted("\"epoch\":1", [.. train, "--output", folder["stopped"]]);
        Assert.Equal(
            [2, 3, 4, 5], CliRun.Of("train", "--resume", folder["stopped"], "--json").Succeeded().Json[..^1]
                .Select(epoch => epoch.GetProperty("epoch").GetInt32()));
        SameWeights(folder["alone"], folder["stopped"]);
    }

    [Fact]
    public void JobThatCannotBeTrained_FailsWithItsSentence_AndTheOthersAreDone()
    {
        string spec = Spec(Base + "epochs = 1\n[grid]\nfreeze = [\"conv1\", \"nothing\"]\n");

        CliRun run = CliRun.Of("sweep", spec, "--dir", folder["d"], "--json").Succeeded();

        JsonElement failed = run.Json.Single(
            line => line.TryGetProperty("state", out JsonElement state) && state.GetString() == "failed");
        Assert.Equal(1, failed.GetProperty("job").GetInt32());
        Assert.Contains("nothing", failed.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, run.Json[^1].GetProperty("failed").GetInt32());
        Assert.Equal(1, run.Json[^1].GetProperty("done").GetInt32());
        Assert.Contains(
            CliRun.Of("sweep", "report", folder["d"]).Succeeded().Output,
            line => line.StartsWith("job 0001 failed: ", StringComparison.Ordinal));
    }

    [Fact]
    public void FailedJobs_ThatAreGivenBack_AreDoneByTheNextWorker()
    {
        string spec = Spec(Base + "epochs = 1\n[grid]\nlearning_rate = [0.005, 0.02, 0.01]\n");
        StoppedAtOnce(spec);
        string batch = folder["d/jobs/batch-0"];
        foreach (int job in new[] { 1, 2 })
        {
            File.Move(
                Path.Combine(batch, $"000{job}.waiting.0.0"),
                Path.Combine(batch, $"000{job}.failed.3.3.node-1-00000000"));
        }

        CliRun.Of("sweep", "retry", folder["d"], "0").FailedNaming("has not failed: it is waiting");
        CliRun.Of("sweep", "retry", folder["d"], "7").FailedNaming("has no job 0007: its last is 0002");
        Assert.Equal(
            "job 0002 waits again; it had failed: 3 workers ended or fell silent while they had it",
            Assert.Single(CliRun.Of("sweep", "retry", folder["d"], "2").Succeeded().Output));
        Assert.Equal(1, Assert.Single(
            CliRun.Of("sweep", "retry", folder["d"], "--json").Succeeded().Json).GetProperty("job").GetInt32());
        Assert.Contains("no job of", Assert.Single(CliRun.Of("sweep", "retry", folder["d"]).Succeeded().Output),
            StringComparison.Ordinal);

        CliRun run = CliRun.Of("sweep", spec, "--dir", folder["d"], "--json").Succeeded();

        Assert.Equal(3, run.Json[^1].GetProperty("done").GetInt32());
        Assert.Equal([1, 4, 4], run.Json[..3].Select(job => job.GetProperty("attempts").GetInt32()));
        TrainAlone("--epochs", "1", "--learning-rate", "0.02");
        SameWeights(folder["alone"], folder["d/0001"]);
    }

    [Fact]
    public void JobThatFailedBelowTheRungUnderWay_IsNotGivenBack()
    {
        string spec = Spec(
            Base + "[grid]\nlearning_rate = [0.005, 0.02]\n[halving]\nrungs = [1, 2]\neta = 2\n");
        StoppedAtOnce(spec);
        string batch = folder["d/jobs/batch-0"];
        File.Move(Path.Combine(batch, "0001.waiting.0.0"), Path.Combine(batch, "0001.failed.3.3.node-1-00000000"));
        CliRun.Of("sweep", spec, "--dir", folder["d"]).Succeeded();

        CliRun.Of("sweep", "retry", folder["d"], "1").FailedNaming("none of rung 1, which is under way");
        Assert.Contains("in rung 1", Assert.Single(CliRun.Of("sweep", "retry", folder["d"]).Succeeded().Output),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(batch, "0001.failed.3.3.node-1-00000000")));
    }

    [Fact]
    public void SweepThatDiffersFromWhatTheFolderHolds_IsRefused()
    {
        string spec = Spec(Base + "epochs = 1\n[grid]\nbatch_size = [1]\n");
        CliRun.Of("sweep", spec, "--dir", folder["d"]).Succeeded();
        File.AppendAllText(spec, "# a comment is no difference\n");
        CliRun.Of("sweep", spec, "--dir", folder["d"]).Succeeded();

        File.WriteAllText(
            spec,
            File.ReadAllText(spec).Replace("batch_size = [1]", "batch_size = [1, 2]", StringComparison.Ordinal));

        CliRun.Of("sweep", spec, "--dir", folder["d"]).FailedNaming("jobs differs");
        CliRun.Of("sweep", "report", folder.Path).FailedNaming("holds no jobs");
        CliRun.Of("sweep", Spec("[grid]\noptimizer = [\"adam\"]\n[base]\nnesterov = true\n"), "--dir", folder["e"])
            .FailedNaming("job 0000 (optimizer adam)");
        CliRun.Of("sweep", Spec("[grid]\nseed = [1]\n[base]\ndata = \"/no/where\"\n"), "--dir", folder["e"])
            .FailedNaming("no data '/no/where'");
        Assert.False(Directory.Exists(folder["e"]));
    }

    private void TrainAlone(params string[] more) =>
        CliRun.Of(["train", .. SameAsBase, .. more, "--output", folder["alone"]]).Succeeded();

    private string Spec(string toml)
    {
        string path = folder[$"{Guid.NewGuid():N}.toml"];
        File.WriteAllText(path, toml);
        return path;
    }

    /// <summary>A worker that makes the jobs, and is stopped before it takes one.</summary>
    private void StoppedAtOnce(string spec)
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(
            ExitCodes.Interrupted,
            CliRun.Of(new StringWriter(), stopped.Token, "sweep", spec, "--dir", folder["d"]).ExitCode);
    }

    /// <summary>A training that is interrupted once it has printed a word.</summary>
    private static void Interrupted(string word, string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal(
            ExitCodes.Interrupted, CliRun.Of(new WatchedWriter(word, stop.Cancel), stop.Token, arguments).ExitCode);
    }

    private static void SameWeights(string a, string b) => Assert.Equal(
        File.ReadAllBytes(Path.Combine(a, "model.safetensors")),
        File.ReadAllBytes(Path.Combine(b, "model.safetensors")));

    private sealed class WatchedWriter(string word, Action found) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(word, StringComparison.Ordinal) ?? false)
            {
                found();
            }
        }
    }
}
