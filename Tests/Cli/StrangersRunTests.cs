using System.Diagnostics;
using NativeCnn.Cli.Errors;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>A run or a network of somebody else: numbers that nothing computes end in a line, soon.</summary>
public sealed class StrangersRunTests(TrainedRun trained) : IClassFixture<TrainedRun>, IDisposable
{
    private const double Seconds = 10;
    private const long Bytes = 200L << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("\"dilation\": 1", "\"dilation\": 2147483640", "a convolution's dilation must be at most 1048576")]
    [InlineData("\"padding\": 0", "\"padding\": 2147483647", "are more than the 2130706431 time steps of a tensor")]
    [InlineData("\"stride\": 1", "\"stride\": 2147483647", "a convolution's stride must be at most 1048576")]
    [InlineData("\"filters\": 64", "\"filters\": 1000000", "has no tensor 'conv1.weight' of shape [1000000, ")]
    [InlineData("\"fft_size\": ", "\"fft_size\": 41000000, \"x\": ", "FftSize is 41000000: give at most 1048576")]
    [InlineData("\"mel_bands\": ", "\"mel_bands\": 2000000, \"x\": ", "MelBands is 2000000: give 1 to 4096")]
    [InlineData("\"hop_length\": ", "\"hop_length\": 2147483647, \"x\": ", "HopLength is 2147483647: give at most")]
    [InlineData("\"clip_samples\": ", "\"clip_samples\": 2147483647, \"x\": ", "give 1 to 8388607 samples")]
    [InlineData("\"workers\": ", "\"workers\": 2147483647, \"x\": ", "workers: 2147483647 came: give 0 to 1024")]
    [InlineData("\"type\": \"conv1d\",", "", "lacks the field 'type'")]
    [InlineData("\"layers\": [", "\"layers\": [null, ", "layers[0] must be a layer")]
    [InlineData("\"labels\": [", "\"labels\": [null, ", "labels[0] must be a text, not null")]
    [InlineData("\"model\": {", "\"model\": null, \"x\": {", "model must be an object")]
    [InlineData("\"training\": {", "\"training\": null, \"x\": {", "training must be an object")]
    [InlineData("\"features\": {", "\"features\": null, \"x\": {", "features must be an object")]
    public void Run_WithNumbersThatNothingComputes_EndsInALine(string right, string wrong, string message)
    {
        string run = Copy();
        string path = Path.Combine(run, "config.json");
        string config = File.ReadAllText(path);
        Assert.Contains(right, config, StringComparison.Ordinal);
        int at = config.IndexOf(right, StringComparison.Ordinal);
        config = config[..at] + wrong + config[(at + right.Length)..];
        if (wrong.Contains("\"x\": ", StringComparison.Ordinal))
        {
            // The value that stood there goes, by a name that is refused only after it.
            config = WithoutX(config);
        }

        File.WriteAllText(path, config);
        Ends(message, "predict", run, trained.Path, "--device", "cpu");
    }

    [Theory]
    [InlineData("F32", "F64", "takes")]
    [InlineData("conv1.weight", "conv1.weighs", "has no tensor 'conv1.weight'")]
    [InlineData("normalization.mean", "normalization.moan", "has no tensor 'normalization.mean'")]
    public void Run_WithOtherTensors_EndsInALine(string right, string wrong, string message)
    {
        string run = Copy();
        string path = Path.Combine(run, "model.safetensors");
        byte[] file = File.ReadAllBytes(path);
        int at = file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(right));
        System.Text.Encoding.UTF8.GetBytes(wrong).CopyTo(file, at);
        File.WriteAllBytes(path, file);
        Ends(message, "predict", run, trained.Path, "--device", "cpu");
    }

    [Theory]
    [InlineData("""{"type":"conv1d","filters":30000000,"taps":3},{"type":"flatten"},{"type":"dense"}""",
        "more than the 2130706431 elements of a tensor")]
    [InlineData("""{"type":"conv1d","filters":8,"taps":3,"dilation":2147483640},{"type":"flatten"},{"type":"dense"}""",
        "at most 1048576")]
    [InlineData("""{"type":"flatten"},{"type":"dense","outputs":100000000},{"type":"dense"}""",
        "more than the 2130706431 elements of a tensor")]
    public void Network_ThatNothingHasRoomFor_EndsInALine(string layers, string message)
    {
        File.WriteAllText(folder["n.json"], $$"""{"name":"n","layers":[{{layers}}]}""");
        Ends(message, [.. trained.Arguments("big", epochs: 1), "--model", folder["n.json"]]);
        Ends(message, "model", "summary", folder["n.json"]);
    }

    private static string WithoutX(string config)
    {
        int at = config.IndexOf(", \"x\": ", StringComparison.Ordinal);
        int from = at + ", \"x\": ".Length;
        int depth = 0;
        int end = from;
        for (; depth > 0 || config[end] is not (',' or '\n' or '}'); end++)
        {
            depth += config[end] is '{' or '[' ? 1 : config[end] is '}' or ']' ? -1 : 0;
        }

        return config[..at] + config[end..];
    }

    private static void Ends(string message, params string[] arguments)
    {
        long heap = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        CliRun run = CliRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCodes.BadInput, $"exit code {run.ExitCode}: {string.Join('\n', run.Error)}");
        Assert.Contains(message, Assert.Single(run.Error), StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", run.Error[0], StringComparison.Ordinal);
        Assert.InRange(Timed.Best(clock.Elapsed.TotalSeconds, Seconds, () => CliRun.Of(arguments)), 0, Seconds);
        Assert.InRange(GC.GetTotalAllocatedBytes() - heap, 0, 4 * Bytes);
    }

    private string Copy()
    {
        string run = folder["run"];
        Directory.CreateDirectory(run);
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(trained.Path, file), Path.Combine(run, file));
        }

        return run;
    }
}
