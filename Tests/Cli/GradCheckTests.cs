using System.Text.Json;
using NativeCnn.Cli.Errors;

namespace NativeCnn.Tests.Cli;

/// <summary><c>gradcheck</c>.</summary>
public sealed class GradCheckTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void GradCheck_OfANetwork_HasALineAGradient()
    {
        CliRun run = CliRun.Of("gradcheck", "article", "--input", "8x30", "--elements", "2", "--device", "cpu");
        JsonElement[] lines = CliRun.Of(
            "gradcheck", "article", "--input", "8x30", "--elements", "2", "--device", "cpu", "--json").Succeeded().Json;

        string[] table = run.Succeeded().Output;
        Assert.Equal(lines.Length + 2, table.Length);
        Assert.StartsWith("layers ", table[0], StringComparison.Ordinal);
        Assert.Equal($"{lines.Length} gradients on cpu agree with finite differences", table[^1]);
        JsonElement weight = lines[0];
        Assert.Equal("conv1.weight", weight.GetProperty("tensor").GetString());
        Assert.Equal(2, weight.GetProperty("checked").GetInt32());
        Assert.Equal([64, 8, 4], weight.GetProperty("shape").EnumerateArray().Select(one => one.GetInt32()));
        Assert.True(weight.GetProperty("passed").GetBoolean());
        Assert.InRange(weight.GetProperty("relative_error").GetDouble(), 0, 1e-5);
    }

    [Fact]
    public void GradCheck_OfARun_TakesItsWeights()
    {
        JsonElement fresh = First("gradcheck", "article", "--elements", "1", "--device", "cpu", "--json");
        JsonElement learnt = First("gradcheck", trained.Path, "--elements", "1", "--device", "cpu", "--json");

        Assert.True(learnt.GetProperty("passed").GetBoolean());
        Assert.NotEqual(fresh.GetProperty("gradient").GetDouble(), learnt.GetProperty("gradient").GetDouble());

        static JsonElement First(params string[] arguments) => CliRun.Of(arguments).Succeeded().Json[0];
    }

    [Fact]
    public void GradCheck_OfALayerThatIsNotThere_ListsThose()
    {
        CliRun run = CliRun.Of("gradcheck", "article", "--layer", "conv9", "--device", "cpu");

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains("conv1", Assert.Single(run.Error), StringComparison.Ordinal);
    }
}
