// How many kernels a recorded training step of each preset launches on a GPU, and which: pinned, because a boundary
// between two launches costs about 1.3 us even inside a CUDA graph.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Tests.Model;

public sealed class LaunchesOfPresetsTests
{
    /// <summary>A preset, its mini-batch, coefficients and frames, and the launches of a step.</summary>
    public static TheoryData<string, int, int, int, int> Presets => new()
    {
        { "article", 64, 13, 25, 8 },
        { "deep", 32, 13, 24, 13 },
        { "residual", 32, 13, 24, 48 },
        { "small", 32, 13, 48, 71 },
        { "raw", 32, 1, 2000, 16 },
    };

    [Theory]
    [MemberData(nameof(Presets))]
    public void TrainingStep_OfAPreset_LaunchesNoKernelTooMany(
        string preset, int batch, int channels, int frames, int most)
    {
        List<string> launched = LaunchesOf(preset, batch, channels, frames, FloatPrecision.Fp32);

        Assert.True(
            launched.Count == most, $"{preset}: {launched.Count} launches, not {most}: {string.Join(", ", launched)}");
    }

    // The article's hidden layer has its two gradients by tensor cores one after the other, and its bias by itself: two
    // launches more than in float32. Convolutions launch as many in both.
    [Theory]
    [InlineData("article", 64, 10)]
    [InlineData("deep", 32, 13)]
    public void TrainingStep_OnTensorCores_LaunchesNoKernelTooMany(string preset, int batch, int most)
    {
        List<string> launched = LaunchesOf(preset, batch, 13, 25, FloatPrecision.Tf32);

        Assert.True(
            launched.Count == most, $"{preset}: {launched.Count} launches, not {most}: {string.Join(", ", launched)}");
        Assert.Contains(launched, kernel => kernel.StartsWith("Conv1dTensorKernels.", StringComparison.Ordinal));
        Assert.DoesNotContain(launched, kernel => kernel.StartsWith("Conv1dRegister", StringComparison.Ordinal));
    }

    private static List<string> LaunchesOf(
        string preset, int batch, int channels, int frames, FloatPrecision precision)
    {
        // Launches are noted and not done: what a step launches does not depend on what was computed.
        using ComputeDevice device = DeviceCatalog.OpenCounting(
            new PtxCensus(GpuModels.All[0].Latencies), 132, precision: precision);
        NetworkPreset named = NetworkPresets.Find(preset)!;
        var network = new Network(device, named.Create(), channels, frames, 10, seed: 5);
        Shape clips = network.InputShape(2 * batch);
        FeatureSet set = FeatureSet.FromFeatures(
            device.Upload<float>(clips, Randoms.Normal(clips.Length, seed: 7)),
            [.. Enumerable.Range(0, 2 * batch).Select(i => i % 10)]);
        var step = new TrainingStep(
            new MiniBatch(network, batch, training: true, new MeterTotals(device)),
            OptimizerFactory.Create(network, named.Training.Optimizer), set,
            device.Upload<int>(new Shape(2 * batch), [.. Enumerable.Range(0, 2 * batch)]),
            new StepGraphs(device, GraphMode.Off, null), new TrainingTimes());
        List<string> launched = [];
        step.Run(); // What is done once in a training is done now.
        device.OnLaunch = launched.Add;
        step.Run();
        return launched;
    }
}
