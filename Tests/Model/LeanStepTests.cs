// What a training step gives to the device: as few launches as there are kernels, no waiting, no memory.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class LeanStepTests
{
    private const int Channels = 5;
    private const int Frames = 21;
    private const int Classes = 4;

    public static TheoryData<string> Gpus =>
        [.. TestDevices.Portable()];

    public static TheoryData<string> CudaDevices =>
        [.. TestDevices.Selectors.Where(selector => selector.StartsWith("cuda", StringComparison.Ordinal))
            .DefaultIfEmpty("none")];

    [Theory]
    [MemberData(nameof(Gpus))]
    public void TrainingStep_OfTheArticlesNetwork_LaunchesNoKernelTooMany(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Trainer trainer = TrainerOn(device, clips: 16, batch: 8);
        trainer.RunEpoch();
        long[] launches = new long[3];
        long[] waits = new long[3];
        trainer.RunEpoch(step =>
        {
            launches[step] = device.Launches;
            waits[step] = device.Synchronizations;
        });

        // gather · convolution · dense1 · its parts with ReLU and dropout, dense2 and loss · dense2 back ·
        // dense1 back · convolution back · Adam
        // On OpenCL devices dense1's parts, dense2 and loss are launches of their own.
        long expected = device.Info.Kind == DeviceKind.OpenCl ? LaunchesOfAStep + 2 : LaunchesOfAStep;
        Assert.Equal(expected, launches[2] - launches[1]);
        Assert.Equal(expected, trainer.Times.LaunchesPerStep);
        Assert.Equal(waits[1], waits[2]);
    }

    [Theory]
    [MemberData(nameof(Gpus))]
    public void TrainingStep_WithDropoutFused_GivesTheBitsOfTheStagesApart(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);

        Assert.Equal(Weights(device, apart: true), Weights(device, apart: false));
    }

    [SkippableTheory]
    [MemberData(nameof(CudaDevices))]
    public void TrainingSteps_ReplayedAsGraphs_GiveTheBitsOfEagerOnes(string selector)
    {
        Skip.If(selector == "none", "there is no CUDA device here; StepGraphsTests has the logic");

        ComputeDevice device = TestDevices.Get(selector);
        using var graphs = new StepGraphs(device, GraphMode.On, line => Assert.Fail(line));
        // 44 clips by 8: five whole mini-batches and a last one of four, each size with a graph of its own.
        Trainer eager = TrainerOn(device, clips: 44, batch: 8);
        Trainer replayed = TrainerOn(device, clips: 44, batch: 8, graphs: graphs);
        for (int epoch = 1; epoch <= 5; epoch++)
        {
            Assert.Equal(eager.RunEpoch().Loss, replayed.RunEpoch().Loss);
            Assert.Equal(eager.Capture().Values, replayed.Capture().Values);
        }

        Assert.Equal(5 * 6 - (2 * RecordedStep.WarmUps), replayed.Times.ReplayedSteps);
        Assert.Equal(eager.Times.LaunchesPerStep, replayed.Times.LaunchesPerStep);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Training_OnFeaturesInTheMachinesMemory_GivesTheBitsOfThoseOnTheDevice(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Trainer onDevice = TrainerOn(device, clips: 12, batch: 8);
        Trainer onHost = TrainerOn(device, clips: 12, batch: 8, onHost: true);
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            EpochMetrics expected = onDevice.RunEpoch();
            EpochMetrics metrics = onHost.RunEpoch();

            Assert.Equal(expected.Loss, metrics.Loss);
            Assert.Equal(expected.ValidationLoss, metrics.ValidationLoss);
        }

        Assert.Equal(onDevice.Capture().Values, onHost.Capture().Values);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void TrainingProgress_SetsItsRateWithoutWaiting(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var progress = new TrainingProgress(device);
        long waits = device.Synchronizations;
        progress.SetLearningRate(0.25f);
        progress.Advance();
        Assert.Equal(waits, device.Synchronizations);

        Assert.Equal([0.25f], progress.LearningRate.ToArray());
        Assert.Equal([1], progress.Step.ToArray());
    }

    /// <summary>
    /// The article's 128 hidden units have three launches, for weight, bias and input, where these 16 have one: its
    /// step has 8 as well.
    /// </summary>
    private const long LaunchesOfAStep = 8;

    private static float[] Weights(ComputeDevice device, bool apart)
    {
        Trainer trainer = TrainerOn(device, clips: 12, batch: 8, apart);
        trainer.RunEpoch();
        return trainer.Capture().Values;
    }

    private static Trainer TrainerOn(
        ComputeDevice device, int clips, int batch, bool apart = false, StepGraphs? graphs = null,
        bool onHost = false)
    {
        // The article's network with fewer hidden units: the simulator pays for each.
        NetworkSpec article = NetworkPresets.Article(filters: 64);
        NetworkSpec spec = article with
        {
            Layers =
            [
                .. article.Layers.Select(layer =>
                    layer is DenseLayer { Outputs: not null } ? new DenseLayer { Outputs = 16 } : layer),
            ],
        };
        var network = new Network(device, spec, Channels, Frames, Classes, seed: 5)
        {
            Fusions = [.. FusionRules.All.Where(rule => !apart || rule is not DenseChainFusion)],
        };
        var options = new TrainingOptions { BatchSize = batch, Seed = 7 };
        return new Trainer(
            network, SetOf(device, clips, seed: 1, onHost), SetOf(device, 4, seed: 2, onHost), options, graphs);
    }

    private static FeatureSet SetOf(ComputeDevice device, int clips, int seed, bool onHost)
    {
        var shape = new Shape(clips, Channels, Frames);
        int[] labels = [.. Enumerable.Range(0, clips).Select(i => i % Classes)];
        float[] values = Randoms.Normal(shape.Length, seed);
        return onHost
            ? FeatureSet.FromFeatures(device, new ArrayRows(values, Channels * Frames), labels)
            : FeatureSet.FromFeatures(device.Upload<float>(shape, values), labels);
    }
}
