using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary><c>train --inspect</c> and <c>inspect</c>.</summary>
public sealed class InspectTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Train_Inspected_LeavesTheSameWeightsAndResumesToTheSameRecords()
    {
        trained.Train("inspected", epochs: 2, "--inspect", "2").Succeeded();
        trained.Train("resumed", epochs: 1, "--inspect", "2").Succeeded();
        // As of a process that was killed after the second epoch's lines, before its checkpoint.
        string[] lines = File.ReadAllLines(Records("inspected"));
        File.AppendAllText(Records("resumed"), lines[^1] + "\n" + lines[^1][..20]);
        CliRun.Of("train", "--resume", trained["resumed"], "--epochs", "2", "--json").Succeeded();

        Assert.Equal(trained.Model("run"), trained.Model("inspected"));
        Assert.Equal([(1, 2), (2, 4), (2, 6)], InspectionLog.Read(Records("inspected")).Select(
            step => (step.Epoch, step.Step)));
        Assert.Equal(File.ReadAllBytes(Records("inspected")), File.ReadAllBytes(Records("resumed")));
        Assert.Equal(trained.Model("inspected"), trained.Model("resumed"));
    }

    [Fact]
    public void Inspect_OfRecords_TellsEachLayerIn80Columns()
    {
        string run = trained["told"];
        trained.Train("told", epochs: 2, "--inspect", "2").Succeeded();

        string[] text = CliRun.Of("inspect", run).Succeeded().Output;
        JsonElement[] json = CliRun.Of("inspect", run, "--json").Succeeded().Json;

        Assert.All(text.Where(line => !line.Contains(run, StringComparison.Ordinal)), line => Assert.InRange(
            line.Length, 0, 80));
        Assert.Contains(text, line => line.StartsWith("conv1 + relu + pool", StringComparison.Ordinal));
        Assert.Contains("epoch  step  output  d output", string.Join('\n', text), StringComparison.Ordinal);
        Assert.Contains(text, line => line.StartsWith("conv1.weight: 64 filters of 40 x 4", StringComparison.Ordinal));
        Assert.Equal(4, json.Length);
        Assert.Equal([2, 4, 6], json[..3].Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(64, json[^1].GetProperty("filters").GetProperty("rms").GetArrayLength());
    }

    [Theory]
    [InlineData(".svg", "<svg ")]
    [InlineData(".png", "\u0089PNG")]
    [InlineData(".html", "<!DOCTYPE html>")]
    public void Inspect_WithoutRecords_DrawsTheFiltersAndSaysWhatRecords(string ending, string head)
    {
        string file = trained[$"filters{ending}"];

        string[] text = CliRun.Of("inspect", trained.Path, "--output", file).Succeeded().Output;

        Assert.Contains(text, line => line.Contains("no step was recorded", StringComparison.Ordinal) &&
            line.Contains("--inspect 50", StringComparison.Ordinal));
        string content = File.ReadAllText(file, System.Text.Encoding.Latin1);
        Assert.Contains(head, content[..200], StringComparison.Ordinal);
        Assert.DoesNotContain("http://", content.Replace("http://www.w3.org/", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_OfWhatIsNoPicture_IsRefused()
    {
        CliRun.Of("inspect", trained.Path, "--output", "filters.txt").FailedNaming(".html, .svg or .png");
        CliRun.Of("train", "--inspect", "0").FailedNaming("--inspect");
    }

    /// <summary>Against the sum of the formula in float64.</summary>
    [Fact]
    public void Response_OfFiltersOfSamples_IsTheirFourierTransform()
    {
        using var folder = new TemporaryFolder();
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        string network = folder.Text(
            "network.json",
            """
            {"name": "mine", "layers": [
              {"type": "conv1d", "filters": 3, "taps": 5}, {"type": "global_max_pool"}, {"type": "dense"}]}
            """);
        string run = folder["run"];
        CliRun.Of(
            "train", "--clips-per-class", "2", "--clip-seconds", "0.1", "--epochs", "1", "--features", "raw", "--model",
            network, "--device", "cpu", "--output", run).Succeeded();
        float[] values = [1, 1, 0, 0, 0, 1, -1, 0, 0, 0, .. Randoms.Normal(5, seed: 1)];
        var weights = new SafeTensorsFile(
            new Dictionary<string, string>(),
            new Dictionary<string, SafeTensor> { ["conv1.weight"] = SafeTensor.From<float>(values, 3, 1, 5) });

        FirstFilters filters = Assert.IsType<FirstFilters>(
            FirstFilters.Of(device, RunConfig.Load(Path.Combine(run, "config.json")), weights));

        Assert.Equal((8000, 0, 4000), (filters.SampleRate, filters.PeakOf(0), filters.PeakOf(1)));
        Assert.Equal(FirstFilters.Floor, filters.ResponseOf(0)[^1]);
        for (int filter = 0; filter < 3; filter++)
        {
            double[] gains = [.. Enumerable.Range(0, FirstFilters.Bins).Select(bin => GainOf(filter, bin))];
            for (int bin = 0; bin < gains.Length; bin++)
            {
                double expected = Math.Max(FirstFilters.Floor, 20 * Math.Log10(gains[bin] / gains.Max()));
                Assert.Equal(expected, filters.ResponseOf(filter)[bin], 0.01);
            }
        }

        Assert.Contains(
            CliRun.Of("inspect", run, "--output", folder["raw.html"]).Succeeded().Output,
            line => line.StartsWith("0 Hz ", StringComparison.Ordinal) &&
                line.EndsWith(" 4,000 Hz", StringComparison.Ordinal));

        double GainOf(int filter, int bin)
        {
            (double re, double im) = (0, 0);
            for (int tap = 0; tap < 5; tap++)
            {
                double angle = -Math.PI * bin * tap / (FirstFilters.Bins - 1);
                re += values[(filter * 5) + tap] * Math.Cos(angle);
                im += values[(filter * 5) + tap] * Math.Sin(angle);
            }

            return Math.Sqrt((re * re) + (im * im));
        }
    }

    private string Records(string name) => Path.Combine(trained[name], "inspect.jsonl");
}
