// `bench kernels`, `bench compare` and `bench tune` as commands.
using System.Text.Json;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Cli;

public sealed class BenchTests : IDisposable
{
    private static readonly string[] Quick = ["--device", "cpu", "--workers", "1", "--seconds", "0.01"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Kernels_AsJson_TellVerdictPercentilesAndTheirCommand()
    {
        JsonElement line = Kernels("--filter", "matmul", "--shape", "20x30x40", "--vendor", "--json").Json[2];

        Assert.Equal("kernels/matmul", line.GetProperty("benchmark").GetString());
        Assert.Equal("right", line.GetProperty("verdict").GetString());
        Assert.Equal("float64", line.GetProperty("reference").GetString());
        double median = line.GetProperty("microseconds").GetDouble();
        Assert.InRange(median, line.GetProperty("p5").GetDouble(), line.GetProperty("p95").GetDouble());
        Assert.True(line.GetProperty("noise").GetDouble() >= 0);
        Assert.False(line.GetProperty("cold").GetBoolean());
        Assert.Equal("System.Numerics.Tensors", line.GetProperty("vendor").GetString());
        Assert.Equal("right", line.GetProperty("vendor_verdict").GetString());
        Assert.False(line.TryGetProperty("samples", out _));
    }

    [Theory]
    [InlineData("--filter", "adam: 404938")]
    [InlineData("--filter", "softmax.forward", "--shape", "7x9", "--cold")]
    public void Kernels_ALinesOwnCommand_MeasuresThatLine(params string[] options)
    {
        JsonElement line = Kernels([.. options, "--json"]).Json[2];
        string command = line.GetProperty("command").GetString()!;

        string[] words = [.. System.Text.RegularExpressions.Regex.Matches(command, "'([^']*)'|(\\S+)")
            .Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Value)];
        JsonElement[] again = CliRun.Of([.. words.Skip(1), "--json"]).Succeeded().Json;

        JsonElement same = Assert.Single(again.Skip(2), one =>
            one.GetProperty("benchmark").GetString() == line.GetProperty("benchmark").GetString());
        Assert.Equal(line.GetProperty("shape").GetString(), same.GetProperty("shape").GetString());
        Assert.Equal(line.GetProperty("cold").GetBoolean(), same.GetProperty("cold").GetBoolean());
    }

    [Fact]
    public void Kernels_Saved_AreNoDifferenceToThemselves()
    {
        Kernels("--filter", "softmax", "--save", folder["a.jsonl"]);

        CliRun compared = CliRun.Of("bench", "compare", folder["a.jsonl"], folder["a.jsonl"], "--json").Succeeded();

        Assert.True(compared.Json.Length >= 4);
        Assert.All(compared.Json, one =>
        {
            Assert.Equal("no difference", one.GetProperty("verdict").GetString());
            Assert.Equal(1, one.GetProperty("ratio").GetDouble(), 12);
        });
        Assert.Contains(
            "0 faster",
            CliRun.Of("bench", "compare", folder["a.jsonl"], folder["a.jsonl"]).Succeeded().Output[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OfShiftedSamples_SaysFasterAndSlower()
    {
        Save("a.jsonl", 100);
        Save("b.jsonl", 80);

        Assert.Equal("faster", Verdict("a.jsonl", "b.jsonl"));
        Assert.Equal("slower", Verdict("b.jsonl", "a.jsonl"));
        Assert.Equal("no difference", Verdict("b.jsonl", "a.jsonl", "--least", "0.3"));

        string? Verdict(string a, string b, params string[] more) =>
            Assert.Single(CliRun.Of(["bench", "compare", folder[a], folder[b], "--json", .. more]).Succeeded().Json)
                .GetProperty("verdict").GetString();
    }

    [Fact]
    public void Compare_OfTooFewSamples_IsToldInOneLine()
    {
        Save("a.jsonl", 100, samples: 3);

        CliRun run = CliRun.Of("bench", "compare", folder["a.jsonl"], folder["a.jsonl"]).Succeeded();

        Assert.Contains("1 of 1 kernels have too few samples", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OfWhatIsNoSavedRun_NamesFileAndLine()
    {
        File.WriteAllText(folder["bad.jsonl"], "{}\n");
        CliRun.Of("bench", "compare", folder["bad.jsonl"], folder["bad.jsonl"]).FailedNaming("bad.jsonl, line 1");
        File.WriteAllText(folder["bad.jsonl"], "no JSON\n");
        CliRun.Of("bench", "compare", folder["bad.jsonl"], folder["bad.jsonl"]).FailedNaming("bad.jsonl, line 1");
        CliRun.Of("bench", "compare", folder["no.jsonl"], folder["no.jsonl"]).FailedNaming("no.jsonl");
    }

    [Fact]
    public void Kernels_ByAFilterThatMatchesNothing_AreRefusedWithTheNearestNames() =>
        CliRun.Of(["bench", "kernels", "--filter", "conf1d.forward", .. Quick]).FailedNaming("conv1d.forward");

    [Theory]
    [InlineData("2x3", "MxNxK")]
    [InlineData("2xthree", "--shape takes whole numbers")]
    [InlineData("0x1x1", "--shape takes whole numbers")]
    public void Kernels_OfAShapeThatTheyDoNotTake_AreRefused(string shape, string what) =>
        CliRun.Of(["bench", "kernels", "--filter", "matmul:", "--shape", shape, .. Quick]).FailedNaming(what);

    [Fact]
    public void Kernels_WithAWrongResult_EndWithOneAndNameIt()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        var wrong = new KernelMeasurement("planted", "3", 2, true, 1, 1, 1, 1)
        {
            Samples = [1, 2, 3],
            Verdict = new KernelVerdict(false, "cpu", 0.5, "tensor 1, element 7: expected 1, got 2"),
        };
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal(output, error, false, false, CancellationToken.None);

        Assert.Equal(ExitCodes.Failed, BenchKernelsCommand.Report(
            [wrong], device, new KernelBenchOptions(), json: false, commands: false, save: null, output: null,
            terminal));
        Assert.Contains("1 of 1 results are wrong: planted rung 2", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("WRONG", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roof.svg", "<svg")]
    [InlineData("roof.png", "PNG")]
    public void Kernels_AreDrawnInTheirRoofline(string name, string begins)
    {
        Kernels("--filter", "dense", "--shape", "8x16x8", "--output", folder[name]);

        Assert.Contains(
            begins, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder[name])[..200]),
            StringComparison.Ordinal);
        CliRun.Of(["bench", "kernels", "--output", folder["roof.txt"], .. Quick]).FailedNaming(".svg or .png");
    }

    [Trait(Slow.Category, Slow.Name)]
    [Fact]
    public void Tune_WritesATableThatCommandsPlanBy()
    {
        string file = folder["thresholds.json"];
        JsonElement line = Assert.Single(CliRun.Of(
            "bench", "tune", "--device", "simulator", "--filter", "weight-tiled", "--seconds", "0.001", "--json",
            "--output", file).Succeeded().Json);

        Assert.Equal("conv1d.weight-tiled", line.GetProperty("threshold").GetString());
        Assert.Equal(4, line.GetProperty("before").GetInt32());
        int measured = line.GetProperty("measured").GetInt32();
        Assert.Contains($"\"conv1d.weight-tiled\": {measured}", File.ReadAllText(file), StringComparison.Ordinal);
        CliRun.Of("bench", "tune", "--device", "cpu").FailedNaming("host bodies");
        CliRun.Of("bench", "tune", "--device", "simulator", "--filter", "nothing").FailedNaming("matmul.terms");
    }

    [SkippableFact]
    public void Thresholds_OfTheEnvironmentsFile_DecideTheRungs()
    {
        Skip.IfNot(ProcessRun.IsPossible, "no process can be started here");
        File.WriteAllText(folder["t.json"], """{"simulator": {"conv1d.tiled": 100000}}""");
        string set = $"export NATIVECNN_THRESHOLDS='{folder["t.json"]}'";

        ProcessRun plain = ProcessRun.Below("true", "kernels", "choices", "--device", "simulator", "--json");
        ProcessRun tuned = ProcessRun.Below(set, "kernels", "choices", "--device", "simulator", "--json");

        Assert.Equal(3, RungOf(plain));
        Assert.Equal(1, RungOf(tuned));
        File.WriteAllText(folder["t.json"], "no JSON");
        ProcessRun refused = ProcessRun.Below(set, "kernels", "choices", "--device", "simulator");
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains("bench tune --output", refused.Error, StringComparison.Ordinal);

        static int RungOf(ProcessRun run) => run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .First(one => one.GetProperty("ladder").GetString() == "conv1d").GetProperty("rung").GetInt32();
    }

    private static CliRun Kernels(params string[] options) =>
        CliRun.Of(["bench", "kernels", .. options, .. Quick]).Succeeded();

    private void Save(string name, double around, int samples = 30) => KernelBenchFile.Write(folder[name],
    [
        new KernelBenchRecord("kernels/planted", "3", "cpu", 1, null, true, around, 1, 1, 1)
        {
            Samples = [.. Enumerable.Range(0, samples).Select(i => around + (i * 0.01))],
        },
    ]);
}
