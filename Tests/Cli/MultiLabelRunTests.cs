using System.Globalization;
using System.Text.Json;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Model.Reports;

namespace NativeCnn.Tests.Cli;

/// <summary>Clips with several labels or none, from a list to <c>evaluate</c> and <c>predict</c>.</summary>
public sealed class MultiLabelRunTests(MultiLabelRunTests.Tones tones) : IClassFixture<MultiLabelRunTests.Tones>
{
    private static readonly string[] Regularized =
    [
        "--augment", "mixup,shift=0.02", "--label-smoothing", "0.1", "--balance-classes", "--schedule", "constant",
        "--ema", "0.9", "--accumulate", "2",
    ];

    [Fact]
    public void Train_OnSeveralLabels_SaysWhatItUnderstoodAndRanksThem()
    {
        JsonElement[] lines = tones.Result.Json;

        Assert.Contains(
            tones.Result.Error,
            line => line.StartsWith(
                "several labels a clip, separated by ';': 3 labels, 1.5 a clip", StringComparison.Ordinal));
        Assert.InRange(lines[^2].GetProperty("validation_map").GetDouble(), 0.9, 1);
        JsonElement last = lines[^1].GetProperty("multi_label");
        Assert.InRange(last.GetProperty("map").GetDouble(), 0.95, 1);
        Assert.InRange(last.GetProperty("macro_f1").GetDouble(), 0.8, 1);
        Assert.InRange(last.GetProperty("micro_f1").GetDouble(), 0.8, 1);
        Assert.All(lines[^1].GetProperty("classes").EnumerateArray(), one =>
            Assert.InRange(one.GetProperty("threshold").GetDouble(), 0, 1));
        Assert.Contains(
            "Mean average precision", File.ReadAllText(Path.Combine(tones["run"], "report.html")),
            StringComparison.Ordinal);
    }

    /// <summary>The thresholds are those that the training tuned: on the same clips, the same figures.</summary>
    [Fact]
    public void Evaluate_OnTheValidationClips_GivesTheTrainingsFigures()
    {
        JsonElement trained = tones.Result.Json[^1];
        JsonElement measured = CliRun.Of(
            "evaluate", tones["run"], "--data", tones["list.csv"], "--part", "validation", "--device", "cpu", "--json",
            "--output", tones["measured"]).Succeeded().Json.Single();

        Assert.Equal(trained.GetProperty("multi_label").ToString(), measured.GetProperty("multi_label").ToString());
        Assert.Equal(trained.GetProperty("classes").ToString(), measured.GetProperty("classes").ToString());
        Assert.Equal(
            trained.GetProperty("validation_accuracy").GetDouble(), measured.GetProperty("accuracy").GetDouble());

        Assert.False(measured.TryGetProperty("confusion", out _));
        string[][] lines =
        [
            .. File.ReadAllLines(measured.GetProperty("predictions").GetString()!)
                .Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(',')),
        ];
        Assert.Equal(["file", "true", "predicted", "p_high", "p_low", "p_mid"], lines[0]);
        Assert.Equal(
            measured.GetProperty("accuracy").GetDouble(),
            lines[1..].Count(line => line[1] == line[2]) / (double)measured.GetProperty("clips").GetInt32(), 1e-12);
        var page = new PageFile(File.ReadAllText(measured.GetProperty("report").GetString()!));
        Assert.Equal(
            lines[1..].Count(line => line[1].Contains("low", StringComparison.Ordinal)),
            int.Parse(page.Rows("Classes, ").Single(row => row[0] == "low")[4], CultureInfo.InvariantCulture));
        Assert.DoesNotContain("Confusions", page.All("h2").Select(one => one.Value));
    }

    /// <summary>On other clips the thresholds stay, and are not tuned to them.</summary>
    [Fact]
    public void Evaluate_OnOtherClips_KeepsTheThresholdsOfTheTraining()
    {
        JsonElement measured = CliRun.Of(
            "evaluate", tones["run"], "--data", tones["list.csv"], "--part", "train", "--device", "cpu", "--json")
            .Succeeded().Json.Single();

        Assert.Equal(64, measured.GetProperty("clips").GetInt32());
        Assert.Equal(ThresholdsOf(tones.Result.Json[^1]), ThresholdsOf(measured));
    }

    [Fact]
    public void Predict_NamesTheLabelsThatReachTheirThresholds()
    {
        JsonElement[] lines = CliRun.Of(
            "predict", tones["run"], tones["0.wav"], tones["7.wav"], "--device", "cpu", "--json").Succeeded().Json;

        Assert.Equal("""[]""", lines[0].GetProperty("labels").ToString());
        Assert.Equal("""["high","low","mid"]""", lines[1].GetProperty("labels").ToString());
        string plain = CliRun.Of("predict", tones["run"], tones["0.wav"], "--threshold", "0", "--device", "cpu")
            .Succeeded().Output.Single();
        Assert.Contains("0.wav: high + low + mid; ", plain, StringComparison.Ordinal);
    }

    /// <summary>With mixed targets, weights and smoothing; and whatever the number of workers.</summary>
    [Fact]
    public void Train_StoppedAndResumed_IsTheUnbrokenRun()
    {
        tones.Train("whole", 3, ["--workers", "1", .. Regularized]).Succeeded();
        tones.Train("broken", 1, ["--workers", "2", .. Regularized]).Succeeded();
        CliRun.Of("train", "--resume", tones["broken"], "--epochs", "3", "--json").Succeeded();

        Assert.Equal(tones.Model("whole"), tones.Model("broken"));
    }

    /// <summary>A combination of labels may go, where each label has other clips.</summary>
    [Fact]
    public void Train_ResumedWithoutAClip_GoesOnWhereTheUserAcceptsIt()
    {
        string list = Path.Combine(tones["."], "fewer.csv");
        string[] rows = File.ReadAllLines(tones["list.csv"]);
        File.WriteAllLines(list, rows);
        CliRun.Of(
            "train", "--data", list, "--epochs", "1", "--device", "cpu", "--json", "--output", tones["fewer"])
            .Succeeded();
        File.WriteAllLines(list, rows.Where(row => !row.Contains(",mid;high,", StringComparison.Ordinal)));

        CliRun.Of("train", "--resume", tones["fewer"], "--epochs", "2", "--json").FailedNaming("--accept-changes");
        CliRun.Of("train", "--resume", tones["fewer"], "--epochs", "2", "--accept-changes", "--json").Succeeded();
    }

    [Theory]
    [InlineData("--loss focal is for clips of one label", "--loss", "focal")]
    [InlineData("--sampling balanced draws classes", "--sampling", "balanced")]
    [InlineData("make classes for clips of one label", "--silence", "10%")]
    [InlineData("the column 'label' is empty", "--multi-label", "off")]
    public void Train_WithWhatGoesWithOneLabelAlone_IsRefused(string message, params string[] options) =>
        tones.Train("refused", 1, options).FailedNaming(message);

    [Fact]
    public void Step_OfSeveralLabels_IsRefused() => CliRun.Of(
        "step", tones["run"], "--capture", tones["step.safetensors"]).FailedNaming("its clips may have several labels");

    [Fact]
    public void Folds_OfSeveralLabels_LeaveEachGroupOut()
    {
        CliRun run = tones.Train("folds", 1, ["--folds", "--group", "recorder"]).Succeeded();

        Assert.Equal(2, run.Json[^1].GetProperty("folds").GetArrayLength());
    }

    private static double[] ThresholdsOf(JsonElement record) =>
        [.. record.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("threshold").GetDouble())];

    /// <summary>A run on tones of three pitches, each there or not.</summary>
    public sealed class Tones : IDisposable
    {
        private const int Clips = 96;
        private const int Rate = 8000;

        private readonly TemporaryFolder folder = new();

        public Tones()
        {
            (string Name, int Hertz)[] pitches = [("low", 400), ("mid", 1100), ("high", 2900)];
            var rows = new List<string> { "path,label,split,recorder" };
            for (int clip = 0; clip < Clips; clip++)
            {
                // Clip i has the pitches of the bits of i; a little noise, of its own.
                var random = new Random(clip);
                float[] samples = new float[Rate / 4];
                for (int n = 0; n < samples.Length; n++)
                {
                    samples[n] = (float)(0.02 * (random.NextDouble() - 0.5));
                    for (int bit = 0; bit < 3; bit++)
                    {
                        double phase = 2 * Math.PI * n * (pitches[bit].Hertz + clip) / Rate;
                        samples[n] += (clip >> bit & 1) * 0.2f * (float)Math.Sin(phase);
                    }
                }

                WavWriter.WritePcm16(folder[$"{clip}.wav"], samples, Rate);
                string labels = string.Join(
                    ';', pitches.Where((_, bit) => (clip >> bit & 1) == 1).Select(one => one.Name));
                rows.Add($"{clip}.wav,{labels},{(clip % 24 < 8 ? "validation" : "train")},{clip / 48}");
            }

            folder.Text("list.csv", string.Join('\n', rows));
            Result = Train("run", 12).Succeeded();
        }

        internal CliRun Result { get; }

        public string this[string name] => folder[name];

        internal CliRun Train(string name, int epochs, params string[] more) => CliRun.Of(
        [
            "train", "--data", this["list.csv"], "--model", "deep", "--batch-size", "16", "--epochs", $"{epochs}",
            "--seed", "3", "--device", "cpu", "--json", "--output", this[name], .. more,
        ]);

        public byte[] Model(string name) => File.ReadAllBytes(Path.Combine(this[name], "model.safetensors"));

        public void Dispose() => folder.Dispose();
    }
}
