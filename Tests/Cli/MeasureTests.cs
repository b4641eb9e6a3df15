using System.Text.Json;
using NativeCnn.Model.Formats;

namespace NativeCnn.Tests.Cli;

/// <summary><c>features</c>, <c>devices</c> and <c>bench</c>.</summary>
public class MeasureTests
{
    [Fact]
    public void Features_WithAnOutput_WritesWhatItSays()
    {
        using var sounds = new SoundFolder();
        string file = sounds.Write("one.wav", 0, 0);
        CliRun run = CliRun.Of("features", file, "--output", sounds["one.npy"], "--device", "cpu").Succeeded();

        NpyArray<float> saved = NpyFile.Read<float>(sounds["one.npy"]);
        Assert.Equal([40, 26], saved.Shape);
        Assert.Contains("[40, 26]", Assert.Single(run.Output), StringComparison.Ordinal);
        CliRun.Of("features", file, "--output", sounds["one.csv"], "--device", "cpu").Succeeded();
        Assert.Equal(40, File.ReadAllLines(sounds["one.csv"]).Length);
    }

    [Fact]
    public void Features_WithoutAnOutput_SummarisesEachRow()
    {
        using var sounds = new SoundFolder();
        string file = sounds.Write("one.wav", 0, 0);
        Assert.Equal(2 + 40, CliRun.Of("features", file, "--device", "cpu").Succeeded().Output.Length);
        JsonElement line = Assert.Single(CliRun.Of("features", file, "--device", "cpu", "--json").Succeeded().Json);
        Assert.Equal(40, line.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void Devices_SelfTest_PassesOnTheHostAndTheSimulator()
    {
        CliRun run = CliRun.Of("devices", "--self-test", "--json").Succeeded();
        JsonElement[] devices = [.. run.Json.SkipLast(1)];
        Assert.Contains(devices, line => line.GetProperty("device").GetString() == "cpu");
        Assert.Contains(devices, line => line.GetProperty("device").GetString() == "simulator");
        Assert.All(devices, line => Assert.True(line.GetProperty("self_test").GetProperty("passed").GetBoolean()));
    }

    [Fact]
    public void Devices_BackendWithoutDevice_IsLeftOutWithAReason()
    {
        CliRun run = CliRun.Of("devices", "--json").Succeeded();
        JsonElement[] leftOut = [.. run.Json.Last().GetProperty("left_out").EnumerateArray()];
        Assert.All(leftOut, one => Assert.NotEmpty(one.GetProperty("reason").GetString()!));
        string[] devices = [.. run.Json.SkipLast(1).Select(line => line.GetProperty("device").GetString()!)];
        foreach (string backend in (string[])["cuda", "opencl"])
        {
            Assert.True(
                devices.Any(one => one.StartsWith(backend, StringComparison.Ordinal)) ||
                leftOut.Any(one => one.GetProperty("backend").GetString() == backend),
                $"{backend} is neither listed nor left out");
        }
    }

    [Fact]
    public void BenchTrain_OnPortableKernels_CountsTheLaunchesOfAStep()
    {
        string[] sizes = ["--batch-size", "2", "--coefficients", "2", "--frames", "9", "--filters", "2"];
        JsonElement line = Assert.Single(CliRun.Of(
            ["bench", "train", .. sizes, "--seconds", "0.01", "--device", "simulator", "--json"]).Succeeded().Json);

        Assert.InRange(line.GetProperty("launches_per_step").GetInt32(), 10, 15);
        Assert.False(line.GetProperty("graph").GetBoolean());
    }

    [Theory]
    [InlineData("train --batch-size 8 --coefficients 4 --frames 20 --filters 8", "train/article",
        "ms_per_step samples_per_second batch filters")]
    [InlineData("infer --batch-size 8 --coefficients 4 --frames 20 --filters 8", "infer/article",
        "ms_per_batch samples_per_second batch filters")]
    [InlineData("infer --from waveform --batch-size 1 --filters 8", "infer-waveform/article",
        "ms_per_batch samples_per_second batch coefficients frames")]
    [InlineData("infer --from waveform --model raw --batch-size 1", "infer-waveform/raw",
        "ms_per_batch samples_per_second batch coefficients frames")]
    [InlineData("features --batch-size 4", "features/mfcc",
        "times_real_time sample_rate fft hop mels coefficients batch")]
    [InlineData("gemm --size 32", "gemm/32", "gflops size rows inner columns")]
    [InlineData("gemm --size 32 --inner 48 --transpose-b", "gemm/32x48x32", "gflops rows inner columns")]
    [InlineData("fft --length 48 --batch 3", "fft/48", "gflops length batch")]
    public void BenchJson_HasTheContractsKeys(string arguments, string benchmark, string keys)
    {
        CliRun run = CliRun.Of(
            ["bench", .. arguments.Split(' '), "--seconds", "0.1", "--device", "cpu", "--json"]).Succeeded();

        JsonElement line = Assert.Single(run.Json);
        Assert.Equal(benchmark, line.GetProperty("benchmark").GetString());
        Assert.Equal("cpu", line.GetProperty("device").GetString());
        Assert.All(keys.Split(' '), key => Assert.True(line.GetProperty(key).GetDouble() > 0, key));
    }

    [Fact]
    public void BenchLayers_NamesEveryPassOfAStep_AfterTheLimits()
    {
        JsonElement[] lines = CliRun.Of(
            "bench", "layers", "--model", "deep", "--batch-size", "2", "--frames", "20", "--device", "cpu",
            "--seconds", "0.01", "--json").Succeeded().Json;

        Assert.Equal(
            [
                "copy ", "multiply-add ", "mini-batch ", "conv1 + norm + relu + pool forward",
                "conv2 + norm + relu + pool forward", "conv3 + norm + relu forward", "pool3 forward",
                "dropout1 forward", "dense1 forward", "loss ", "dense1 backward", "dropout1 backward",
                "pool3 backward", "conv3 + norm + relu backward", "conv2 + norm + relu + pool backward",
                "conv1 + norm + relu + pool backward", "adam ",
            ],
            lines.Select(line => $"{line.GetProperty("stage").GetString()} {line.GetProperty("pass").GetString()}"));
        Assert.All(lines, line => Assert.True(line.GetProperty("microseconds").GetDouble() > 0));
        Assert.All(
            lines.Where(line => line.GetProperty("stage").GetString()!.StartsWith("conv")),
            line => Assert.True(line.GetProperty("gflops").GetDouble() > 0));
    }

    [Fact]
    public void BenchKernels_OnTheHost_MeasuresEachCaseOnceAgainstTheLimits()
    {
        JsonElement[] lines = CliRun.Of(
            "bench", "kernels", "--device", "cpu", "--filter", "softmax", "--seconds", "0.01", "--json")
            .Succeeded().Json;

        string[] names = [.. lines.Select(line => line.GetProperty("benchmark").GetString()!)];
        Assert.Equal(["kernels/copy", "kernels/multiply-add"], names.Take(2));
        Assert.Superset(
            new HashSet<string>(["kernels/softmax.forward", "kernels/log-softmax.backward"]),
            new HashSet<string>(names));
        Assert.All(lines, line => Assert.True(line.GetProperty("microseconds").GetDouble() > 0));
        Assert.All(lines.Skip(2), line => Assert.True(line.GetProperty("share_of_peak").GetDouble() > 0));
        Assert.All(lines, line => Assert.False(line.TryGetProperty("rung", out _)));
    }

    [Fact]
    public void BenchKernels_OnPortableKernels_MeasuresEveryRung()
    {
        JsonElement[] lines = CliRun.Of(
            "bench", "kernels", "--device", "simulator", "--filter", "adam", "--seconds", "0.01", "--json")
            .Succeeded().Json;

        Assert.Equal([1, 3], lines.Skip(2).Select(line => line.GetProperty("rung").GetInt32()));
        Assert.Equal([false, true], lines.Skip(2).Select(line => line.GetProperty("default").GetBoolean()));
        Assert.Equal(3, CliRun.Of(
            "bench", "kernels", "--device", "simulator", "--filter", "adam", "--rung", "adam=1", "--seconds", "0.01",
            "--json").Succeeded().Json.Length);
    }
}
