using System.Text.RegularExpressions;
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>train --folds --jobs</c>: by any number of commands, what <c>--folds</c> leaves by itself.</summary>
public sealed partial class FoldJobsTests : IDisposable
{
    private readonly SoundFolder sounds = SoundFolder.OfSpeakers(2, ["ann", "b%o", "cem"], 4);
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        sounds.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Folds_ByTwoCommands_AreThoseOfOne_ToTheByte()
    {
        CliRun alone = CliRun.Of(Arguments(2, "--output", folder["alone"], "--json")).Succeeded();
        CliRun[] shared = new CliRun[2];

        Parallel.For(0, 2, i => shared[i] = CliRun.Of(Arguments(2, "--jobs", folder["jobs"], "--json")));

        Assert.Equal(["ann", "b%o", "cem"], FoldsSummary.Load(folder["jobs"]).Folds.Select(fold => fold.Group));
        Same("folds.json");
        foreach (FoldEntry fold in FoldsSummary.Load(folder["alone"]).Folds)
        {
            foreach (string file in new[] { "model.safetensors", "config.json", "split.csv", "recipe.toml" })
            {
                Same($"{fold.Folder}/{file}");
            }
        }

        // All that the pages say but titles, commands and links.
        Assert.Equal(Plain("alone"), Plain("jobs"));
        string[] last = [.. shared.Select(one => one.Succeeded().Output[^1])];
        Assert.Equal(last[0], last[1]);
        Assert.Equal(
            alone.Output[^1].Replace(folder["alone"], folder["jobs"], StringComparison.Ordinal), last[0]);

        // Again: all is done.
        Assert.Single(CliRun.Of(Arguments(2, "--jobs", folder["jobs"], "--json")).Succeeded().Output);
        Assert.Equal("3", $"{RunSummary.Of(folder["jobs"])!.Folds}");
    }

    [Fact]
    public void Folds_OfOtherOptions_AreRefused()
    {
        CliRun.Of(Arguments(1, "--jobs", folder["jobs"])).Succeeded();

        CliRun.Of(Arguments(2, "--jobs", folder["jobs"])).FailedNaming("holds other jobs");
        CliRun.Of("sweep", "report", folder["jobs"]).FailedNaming("folds, no sweep");
        CliRun.Of(Arguments(1, "--jobs", sounds.Path)).FailedNaming("and no jobs");
        CliRun.Of("train", "--data", sounds.Path, "--jobs", folder["x"]).FailedNaming("add --folds");
        CliRun.Of(Arguments(1, "--jobs", folder["x"], "--output", folder["y"])).FailedNaming("leave --output out");
    }

    [Fact]
    public void FoldOfAWorkerThatWasKilled_GoesOn_ToTheSameBytes()
    {
        CliRun.Of(Arguments(2, "--output", folder["alone"])).Succeeded();
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Assert.Equal(
                ExitCodes.Interrupted,
                CliRun.Of(new StringWriter(), stop.Token, Arguments(2, "--jobs", folder["jobs"])).ExitCode);
        }

        // The run of an attempt that ended after its last epoch, before it said so: it is trained anew.
        string batch = folder["jobs/jobs/batch-0"];
        File.Move(Path.Combine(batch, "0001.waiting.0.0"), Path.Combine(batch, "0001.waiting.1.1"));
        string name = Path.GetFileName(Directory.GetDirectories(folder["alone"]).Order().ElementAt(1));
        Directory.CreateDirectory(folder["jobs/jobs/attempts/0-0001.1"]);
        Assert.True(RunCopy.TryMake(folder[$"alone/{name}"], folder[$"jobs/jobs/attempts/0-0001.1/{name}"]));

        CliRun.Of(Arguments(2, "--jobs", folder["jobs"])).Succeeded();

        Same("folds.json");
        Same($"{name}/model.safetensors");
        Assert.Equal(Plain("alone"), Plain("jobs"));
    }

    [Fact]
    public void FoldThatFailed_IsGivenBackByItsNumber_AndDone()
    {
        CliRun.Of(Arguments(1, "--jobs", folder["jobs"])).Succeeded();
        string batch = folder["jobs/jobs/batch-0"];
        string done = Assert.Single(Directory.GetFiles(batch, "0001.done.*"));
        File.Move(done, Path.Combine(batch, "0001.failed.3.3.node-1-00000000"));
        Assert.Contains(
            CliRun.Of(Arguments(1, "--jobs", folder["jobs"])).Error,
            line => line.Contains("`nativecnn sweep retry", StringComparison.Ordinal));

        Assert.StartsWith(
            "job 0001 waits again", Assert.Single(CliRun.Of("sweep", "retry", folder["jobs"], "1").Succeeded().Output),
            StringComparison.Ordinal);

        CliRun.Of(Arguments(1, "--jobs", folder["jobs"])).Succeeded();
        Assert.Equal(3, FoldsSummary.Load(folder["jobs"]).Folds.Count);
    }

    private string[] Arguments(int epochs, params string[] more) =>
    [
        "train", "--data", sounds.Path, "--group", "speaker", "--folds", "--epochs", $"{epochs}", "--device", "cpu",
        "--workers", "1", .. more,
    ];

    private void Same(string file) =>
        Assert.Equal(File.ReadAllBytes(folder[$"alone/{file}"]), File.ReadAllBytes(folder[$"jobs/{file}"]));

    private string Plain(string name) => Varying().Replace(
        File.ReadAllText(folder[$"{name}/report.html"])
            .Replace($"<title>{name}", "<title>", StringComparison.Ordinal)
            .Replace($"<h1 dir=\"auto\">{name}", "<h1>", StringComparison.Ordinal),
        "");

    [GeneratedRegex("<p class=\"varies\">.*?</p>|<pre class=\"varies\">.*?</pre>", RegexOptions.Singleline)]
    private static partial Regex Varying();
}
