using System.Text.Json;

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
        using var folder = new Model.TemporaryFolder();
        string file = folder["step.safetensors"];
        CliRun.Of("step", trained.Path, "--capture", file, "--device", "cpu", "--no-cache").Succeeded();

        Assert.Equal(Of(trained.Path), Of(file));

        static string Of(string what) => Assert.Single(CliRun.Of(
            "explain", what, "--parameter", "dense1.bias[0]", "--device", "cpu", "--no-cache", "--json")
            .Succeeded().Output);
    }

    [Fact]
    public void Explain_OfANumberThatIsNotThere_SaysWhatThereIs() =>
        CliRun.Of("explain", "article", "--parameter", "conv9.weight[0]", "--device", "cpu")
            .FailedNaming("conv1.weight");
}
