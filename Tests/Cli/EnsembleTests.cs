using NativeCnn.Features.Audio;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>Several runs that are used as one.</summary>
public sealed class EnsembleTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Predict_OfSeveralRuns_IsTheMeanOfTheirProbabilities()
    {
        trained.Train("other", 1, "--learning-rate", "0.01").Succeeded();
        string sound = trained["sound.wav"];
        WavWriter.WriteFloat32(sound, Randoms.Normal(2000, seed: 1, 0.1), 8000);

        Dictionary<string, double> one = Probabilities(trained.Path);
        Dictionary<string, double> other = Probabilities(trained["other"]);
        Dictionary<string, double> both = Probabilities($"{trained.Path},{trained["other"]}");

        Assert.Equal(10, both.Count);
        Assert.All(both, pair => Assert.Equal((one[pair.Key] + other[pair.Key]) / 2, pair.Value, 1e-6));

        Dictionary<string, double> Probabilities(string run) => CliRun.Of("predict", run, sound, "--top", "10", "--json")
            .Succeeded().Json.Single().GetProperty("top").EnumerateArray().ToDictionary(
                top => top.GetProperty("label").GetString()!, top => top.GetProperty("probability").GetDouble());
    }

    [Fact]
    public void Evaluate_OfAFolderOfFolds_TakesThemAsOne()
    {
        string data = trained["data"];
        foreach (string label in (string[])["low", "high"])
        {
            Directory.CreateDirectory(Path.Combine(data, label));
            for (int i = 0; i < 6; i++)
            {
                float[] tone = [.. Enumerable.Range(0, 2000).Select(
                    t => 0.3f * MathF.Sin(t * (label == "low" ? 0.2f : 0.9f) * (1 + (0.02f * i))))];
                WavWriter.WriteFloat32(Path.Combine(data, label, $"{(i % 2 == 0 ? "a" : "b")}_{i}.wav"), tone, 8000);
            }
        }

        CliRun.Of(
            "train", "--data", data, "--group", "prefix", "--folds", "--epochs", "1", "--output", trained["folds"],
            "--json", "--no-cache").Succeeded();
        CliRun together = CliRun.Of("evaluate", trained["folds"], "--data", data, "--json", "--no-cache").Succeeded();

        string[] folds = [.. RunSet.Of(trained["folds"])];
        Assert.Equal(2, folds.Length);
        CliRun named = CliRun.Of(
            "evaluate", string.Join(',', folds), "--data", data, "--json", "--no-cache").Succeeded();
        Assert.Equal(12, together.Json[^1].GetProperty("clips").GetInt32());
        Assert.Equal(
            named.Json[^1].GetProperty("loss").GetDouble(), together.Json[^1].GetProperty("loss").GetDouble(), 12);
        Assert.Contains(together.Error, line => line.Contains("flatters", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_ThatDoNotGoTogether_AreRefused()
    {
        CliRun.Of(
            "train", "--clips-per-class", "3", "--clip-seconds", "0.5", "--epochs", "1", "--output", trained["long"],
            "--json").Succeeded();

        CliRun.Of("predict", $"{trained.Path},{trained["long"]}", "x.wav", "--json").FailedNaming("length or rate");
        CliRun.Of("predict", ",", "x.wav", "--json").FailedNaming("names no run");
    }
}
