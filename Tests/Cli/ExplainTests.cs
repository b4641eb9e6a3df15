using System.Text.Json;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary><c>explain</c>.</summary>
public sealed class ExplainTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Explain_OfANetwork_TellsItsTermsAndTheUpdate()
    {
        string[] arguments =
            ["explain", "article", "--input", "8x20", "--parameter", "conv1.weight[3,5,1]", "--device", "cpu"];
        string[] text = CliRun.Of([.. arguments, "--terms", "4"]).Succeeded().Output;
        JsonElement json = Assert.Single(CliRun.Of([.. arguments, "--json"]).Succeeded().Json);

        Assert.StartsWith("conv1.weight[3,5,1] = ", text[0], StringComparison.Ordinal);
        Assert.Contains(text, line => line.StartsWith("64 more ", StringComparison.Ordinal));
        Assert.Contains(text, line => line.StartsWith("new p ", StringComparison.Ordinal));
        Assert.Equal(4 * 17, json.GetProperty("terms").GetArrayLength());
        Assert.Equal(
            json.GetProperty("gradient").GetDouble(), json.GetProperty("loss_difference").GetDouble(), 1e-6);
    }

    [Fact]
    public void Explain_OfARunAndOfItsCapturedStep_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        string file = folder["step.safetensors"];
        CliRun.Of("step", trained.Path, "--capture", file, "--device", "cpu", "--no-cache").Succeeded();

        Assert.Equal(Of(trained.Path), Of(file));

        static string Of(string what) => Assert.Single(CliRun.Of(
            "explain", what, "--parameter", "dense1.bias[0]", "--device", "cpu", "--no-cache", "--json")
            .Succeeded().Output);
    }

    [Fact]
    public void Explain_OfASound_IsOfThisSoundAlone()
    {
        using var folder = new TemporaryFolder();
        string wav = folder["x.wav"];
        string page = folder["x.html"];
        folder.Wav("x.wav");
        string[] arguments =
            ["explain", trained.Path, "--parameter", "conv1[0,0,0]", "--clip", wav, "--device", "cpu", "--json"];
        string label = RunConfig.Load(Path.Combine(trained.Path, "config.json")).Labels[1];

        JsonElement one = Assert.Single(
            CliRun.Of([.. arguments, "--label", label, "--output", page]).Succeeded().Json);

        Assert.Equal("conv1[0,0,0]", one.GetProperty("name").GetString());
        string html = File.ReadAllText(page);
        Assert.Contains("conv1[0,0,0]", html, StringComparison.Ordinal);
        Assert.Contains(one.GetProperty("order").GetProperty("reason").GetString()!.Split(';')[0], html, StringComparison.Ordinal);
        CliRun.Of([.. arguments, "--label", "no such"]).FailedNaming(label);
        CliRun.Of("explain", "article", "--clip", wav, "--device", "cpu").FailedNaming("needs a run");
    }

    [Fact]
    public void Explain_OfAnOrder_TellsTheTree()
    {
        string[] arguments =
        [
            "explain", "article", "--input", "8x20", "--parameter", "conv1.bias[2]", "--device", "cpu", "--workers", "1",
            "--json",
        ];
        JsonElement on = Assert.Single(CliRun.Of(arguments).Succeeded().Json);
        JsonElement off = Assert.Single(CliRun.Of([.. arguments, "--order", "off"]).Succeeded().Json);

        Assert.True(on.GetProperty("order").GetProperty("to_the_bit").GetBoolean());
        Assert.Equal(
            on.GetRawText(),
            Assert.Single(CliRun.Of([.. arguments, "--order", "auto"]).Succeeded().Json).GetRawText());
        string tree = on.GetProperty("order").GetProperty("tree").GetString()!;
        Assert.Equal(
            Enumerable.Range(0, 4 * 17),
            tree.Split('(', ')', '+').Where(part => part.Length > 0).Select(int.Parse).Order());
        Assert.False(off.TryGetProperty("order", out _));
    }

    [Fact]
    public void Explain_OfANumberThatIsNotThere_SaysWhatThereIs() =>
        CliRun.Of("explain", "article", "--parameter", "conv9.weight[0]", "--device", "cpu")
            .FailedNaming("conv1.weight");
}
