using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Cli;

/// <summary><c>kernels profile</c>. One test after another, for it asks for ptxas.</summary>
[Collection(Alone.Name)]
public sealed class KernelsProfileTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable(Ptxas.Variable);

    public KernelsProfileTests() => Environment.SetEnvironmentVariable(Ptxas.Variable, null);

    [Fact]
    public void Profile_OfAKernel_IsATable()
    {
        string text = string.Join('\n', CliRun.Of(
            "kernels", "profile", "mat-mul.tiled", "--shape", "64x64x64", "--gpu", "H100").Succeeded().Output);

        Assert.StartsWith(
            "mat-mul.tiled, rung 2, MatMulKernels.Tiled, planned for H100", text, StringComparison.Ordinal);
        Assert.Contains("16 groups of 256 threads, all counted", text, StringComparison.Ordinal);
        Assert.Matches(@"shared loads +1\.00 +turns a request, 1\.00 at best", text);
        Assert.Matches(@"shared stores +2\.00 +turns a request, 1\.00 at best", text);
        Assert.Matches(@"global loads +4\.00 +sectors of 32 bytes a request, 4\.00 at best", text);
        Assert.Matches(@"occupancy +100\.0 % +8 groups a multiprocessor, by threads", text);
        Assert.Matches(@"estimated +\S+ us +bound by ", text);
        Assert.Matches(@"fma +8,192 ", text);
    }

    [Fact]
    public void Profile_AsJson_HasALineALaunchAndOneForAll()
    {
        JsonElement[] lines = CliRun.Of(
            "kernels", "profile", "mat-mul.tiled", "--shape", "64x64x64", "--json").Succeeded().Json;

        Assert.Equal(2, lines.Length);
        Assert.Equal("mat-mul.tiled", lines[0].GetProperty("kernel").GetString());
        Assert.Equal(16, lines[0].GetProperty("groups").GetInt64());
        Assert.Equal(8192, lines[0].GetProperty("instructions").GetProperty("fma").GetDouble());
        Assert.Equal(2048, lines[0].GetProperty("global_loads").GetProperty("requests").GetDouble() * 2);
        Assert.False(lines[1].TryGetProperty("kernel", out _));
        Assert.Equal(2 * 64 * 64 * 64, lines[1].GetProperty("formula_operations").GetDouble());
        Assert.Equal(
            lines[0].GetProperty("estimated_microseconds").GetDouble(),
            lines[1].GetProperty("estimated_microseconds").GetDouble());
    }

    [Fact]
    public void Profile_WithLines_HasThePtxBesideItsCSharp()
    {
        CliRun run = CliRun.Of("kernels", "profile", "relu.forward", "--lines").Succeeded();

        Assert.Empty(run.Error);
        Assert.Contains(run.Output, line =>
            line.Contains("st.global.f32", StringComparison.Ordinal) &&
            line.Contains("MaximumOrNaN.cs:", StringComparison.Ordinal));
        JsonElement[] lines = CliRun.Of("kernels", "profile", "relu.forward", "--lines", "--json").Succeeded().Json;
        Assert.Contains(lines, line =>
            line.TryGetProperty("ptx", out JsonElement ptx) &&
            ptx.GetString()!.StartsWith("st.global.f32", StringComparison.Ordinal) &&
            line.GetProperty("taken").GetDouble() == 4 * line.GetProperty("requests").GetDouble());
    }

    [Fact]
    public void Profile_OfAStep_ListsItsLaunchesAndTheirSum()
    {
        string[] output = CliRun.Of(
            "kernels", "profile", "--step", "article", "--batch-size", "2", "--gpu", "a100").Succeeded().Output;

        Assert.StartsWith("a training step of article with Adam, batch 2", output[0], StringComparison.Ordinal);
        Assert.Contains(output, line => line.Contains("adam.step", StringComparison.Ordinal));
        int launches = output.Count(line => line.Length > 0 && char.IsAsciiDigit(line[0]) &&
            line.Contains('.', StringComparison.Ordinal) && !line.Contains("touched", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains($"{launches} launches", StringComparison.Ordinal));
        Assert.Contains("by the formula", output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Profile_BySomeGroups_SaysSo()
    {
        CliRun run = CliRun.Of(
            "kernels", "profile", "conv1d.forward", "--shape", "64x16x100x64x4", "--millions", "1").Succeeded();

        Assert.Matches(
            @"^warning: conv1d.forward is counted in \d+ of 1,552 groups, which stand for all; --millions 0",
            Assert.Single(run.Error));
    }

    [Theory]
    [InlineData("mat-mul.tilde", "there is no kernel 'mat-mul.tilde': did you mean 'mat-mul.tiled'?")]
    [InlineData("mat-mul.tiled --gpu H300", "of a GPU 'H300': did you mean 'H200'? there are H200, H100, A100, RTX4090")]
    [InlineData("--step artcle", "there is no network 'artcle': did you mean 'article'?")]
    [InlineData("", "give the NAME of a kernel")]
    [InlineData("mat-mul.tiled --step deep", "not both")]
    [InlineData("--step deep --shape 2x2x2", "--shape is for a kernel")]
    [InlineData("mat-mul.tiled --shape 1x2", "none of matmul")]
    [InlineData("mat-mul.tiled --shape 7.3", "mat-mul.tiled at the shape '7.3'; there are matmul 512 x 512")]
    [InlineData("conv1d-register.convolve8x8 --shape 64x0x100x64x4", "must")]
    [InlineData("roofline.copy", "no case of an operator launches roofline.copy")]
    public void Profile_OfWhatIsNotThere_SaysWhatThereIs(string arguments, string said)
    {
        CliRun run = CliRun.Of(["kernels", "profile", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains(said, Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Profile_WithMeasure_NeedsACudaDevice()
    {
        Skip.If(
            NativeCnn.Engine.Devices.DeviceCatalog.List().Any(one => one.Selector == "cuda:0"),
            "there is a CUDA device here");
        CliRun run = CliRun.Of("kernels", "profile", "relu.forward", "--measure");

        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains("there is no device 'cuda'", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    public static TheoryData<string> CommandsOfThePage
    {
        get
        {
            using Stream page = typeof(KernelsProfileTests).Assembly.GetManifestResourceStream("kernel-profile.md")!;
            using var reader = new StreamReader(page);
            return
            [
                .. reader.ReadToEnd().Split('\n')
                    .Where(line => line.StartsWith("nativecnn ", StringComparison.Ordinal))
                    .Select(line => line.Split('#')[0].Trim()),
            ];
        }
    }

    // Each is written as it is run; a card's own is left out, and so is the size of a whole mini-batch.
    [Theory]
    [MemberData(nameof(CommandsOfThePage))]
    public void CommandOfThePage_Works(string command)
    {
        string[] words =
        [
            .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Where(one => one != "--measure"),
        ];
        string[] small = words.Contains("--step") && !words.Contains("--batch-size") ? ["--batch-size", "4"] : [];

        Assert.NotEmpty(CliRun.Of([.. words, .. small]).Succeeded().Output);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(Ptxas.Variable, before);
}
