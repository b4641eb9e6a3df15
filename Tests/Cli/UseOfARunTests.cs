using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Tests.Cli;

/// <summary>
/// <c>evaluate</c> and <c>predict</c>: a trained run on WAV files. <c>explain --explore</c>: on its own clips.
/// </summary>
public class UseOfARunTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Explore_OfARun_GoesOnFromItsLastEpochOnClipsWithItsLabels()
    {
        string file = trained["steps.html"];

        JsonElement json = Assert.Single(CliRun.Of(
            "explain", trained.Path, "--explore", file, "--steps", "2", "--keep", "2", "--device", "cpu", "--no-cache",
            "--json").Succeeded().Json);

        Assert.Equal(2, json.GetProperty("steps").GetInt32());
        Assert.InRange(json.GetProperty("first_step").GetInt32(), 2, int.MaxValue);
        Assert.Contains("--keep", json.GetProperty("left_out").GetString(), StringComparison.Ordinal);
        string page = File.ReadAllText(file);
        Assert.Contains($"\"classes\":[\"{SoundSynthesizer.Classes[0]}\",", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"number\":1,", page, StringComparison.Ordinal);
        Assert.Contains("from its last epoch on, on 4 of its training clips", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--batch-size", "3")]
    [InlineData("--seed", "3")]
    public void Explain_OfARun_RefusesWhatIsForANetworkAlone(string option, string value) =>
        CliRun.Of("explain", trained.Path, option, value).FailedNaming($"{option} is for a network that is no run");

    [Fact]
    public void EvaluateJson_HasTheContractsKeysAndAFigureAClass()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(10, 2);
        string bad = sounds.Text($"{SoundSynthesizer.Classes[0]}/bad.wav");
        CliRun run = CliRun.Of(
            "evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu", "--json").Succeeded();

        JsonElement line = Assert.Single(run.Json);
        Assert.Equal(20, line.GetProperty("clips").GetInt32());
        Assert.InRange(line.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.True(line.GetProperty("loss").GetDouble() > 0);
        JsonElement[] classes = [.. line.GetProperty("classes").EnumerateArray()];
        Assert.Equal(SoundSynthesizer.Classes, classes.Select(one => one.GetProperty("label").GetString()));
        string[] keys = ["precision", "recall", "f1"];
        Assert.All(classes, one => Assert.All(keys, key => Assert.InRange(one.GetProperty(key).GetDouble(), 0, 1)));
        Assert.All(classes, one => Assert.Equal(2, one.GetProperty("support").GetInt32()));
        Assert.Equal(bad, Assert.Single(line.GetProperty("skipped").EnumerateArray()).GetProperty("path").GetString());
        Assert.Contains(bad, Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_WithoutJson_PrintsATableOfClasses()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 2);
        CliRun run = CliRun.Of("evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu").Succeeded();
        Assert.Contains(run.Output, line => line.Contains("precision", StringComparison.Ordinal));
        Assert.Contains(run.Output, line => line.StartsWith(SoundSynthesizer.Classes[1], StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_OnClassesThatTheRunDoesNotKnow_NamesOne()
    {
        using var sounds = new SoundFolder();
        sounds.Write("unheard/1.wav", 0, 0);
        CliRun.Of("evaluate", trained.Path, "--data", sounds.Path, "--device", "cpu").FailedNaming("'unheard'");
    }

    [Fact]
    public void PredictJson_PrintsALineAFileWithRankedProbabilities()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 1);
        string[] files = [.. Directory.GetFiles(sounds.Path, "*.wav", SearchOption.AllDirectories).Order()];
        CliRun run = CliRun.Of(
            ["predict", trained.Path, .. files, "--top", "2", "--device", "cpu", "--json"]).Succeeded();

        Assert.Equal(files, run.Json.Select(line => line.GetProperty("file").GetString()));
        Assert.All(run.Json, line =>
        {
            JsonElement[] top = [.. line.GetProperty("top").EnumerateArray()];
            Assert.Equal(2, top.Length);
            Assert.Equal(line.GetProperty("label").GetString(), top[0].GetProperty("label").GetString());
            Assert.Equal(line.GetProperty("probability").GetDouble(), top[0].GetProperty("probability").GetDouble());
            Assert.True(top[0].GetProperty("probability").GetDouble() >= top[1].GetProperty("probability").GetDouble());
        });
    }

    [Fact]
    public void Predict_WithAnUnreadableFileAmongOthers_GoesOnAndEndsWith2()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(1, 2);
        string bad = sounds.Text("bad.wav");
        string[] good = [.. Directory.GetFiles(sounds.Path, "?.wav", SearchOption.AllDirectories).Order()];
        CliRun run = CliRun.Of("predict", trained.Path, good[0], bad, good[1], "--device", "cpu");

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains(bad, Assert.Single(run.Error), StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Length);
    }

    [Fact]
    public void Predict_WithADamagedModel_NamesTheRun()
    {
        trained.Train("damaged", epochs: 1).Succeeded();
        File.WriteAllText(Path.Combine(trained["damaged"], "model.safetensors"), "nonsense");
        CliRun.Of("predict", trained["damaged"], "x.wav", "--device", "cpu").FailedNaming(trained["damaged"]);
    }
}
