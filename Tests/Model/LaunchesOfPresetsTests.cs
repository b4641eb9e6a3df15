// How many kernels a recorded training step of each preset launches on a GPU, and which: pinned, because a boundary
// between two launches costs about 1.3 us even inside a CUDA graph.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

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
        ComputeDevice device = TestDevices.Get("ptx");
        NetworkPreset named = NetworkPresets.Find(preset)!;
        var network = new Network(device, named.Create(), channels, frames, 10, seed: 5);
        var options = new TrainingOptions { BatchSize = batch, Optimizer = named.Training.Optimizer, Seed = 7 };
        var trainer = new Trainer(
            network, SetOf(device, 2 * batch, channels, frames), SetOf(device, 2, channels, frames), options);
        List<string> launched = [];
        trainer.RunEpoch(step =>
        {
            if (step == 1)
            {
                device.OnLaunch = launched.Add;
            }
            else
            {
                device.OnLaunch = null;
            }
        });

        Assert.True(
            launched.Count == most, $"{preset}: {launched.Count} launches, not {most}: {string.Join(", ", launched)}");
    }

    private static FeatureSet SetOf(ComputeDevice device, int clips, int channels, int frames)
    {
        Shape shape = channels == 1 ? new Shape(clips, 1, frames) : new Shape(clips, channels, frames);
        return FeatureSet.FromFeatures(
            device.Upload<float>(shape, Randoms.Normal(shape.Length, seed: clips)),
            [.. Enumerable.Range(0, clips).Select(i => i % 10)]);
    }
}
