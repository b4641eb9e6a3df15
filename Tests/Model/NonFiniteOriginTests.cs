using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>The first number that is not finite is named with the operator that made it, and so is its step.</summary>
public sealed class NonFiniteOriginTests
{
    private const int Steps = 8;
    private const int Classes = 3;

    /// <summary>Of one tap and one channel, so that an output is one product.</summary>
    private static readonly NetworkSpec Network = NetworkSpec.Parse(
        """
        {"name": "mine", "layers": [
          {"type": "conv1d", "filters": 3, "taps": 1}, {"type": "relu"}, {"type": "global_average_pool"},
          {"type": "dense"}]}
        """);

    [Fact]
    public void Origin_OfAProductBeyondFloat32_IsThatOutput()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        StepCapsule capsule = With(Step(device), "conv1.weight", 1, 1e10f);
        capsule = With(capsule, "input", (2 * Steps) + 5, 1e30f);

        NonFiniteOrigin origin = Assert.IsType<NonFiniteOrigin>(NonFiniteOrigin.Of(device, capsule));

        Assert.Equal(("output of conv1", "[2,1,5]"), (origin.Tensor, origin.Place));
        Assert.Equal(float.PositiveInfinity, origin.Value);
        Assert.Matches(
            @"^conv1d from input in \[.+, 1E\+30\], conv1\.weight\[1\] = 1E\+10, conv1\.bias\[1\] = .+; "
            + @"in float64 it is 1E\+40, more than float32 holds$", origin.Made);
    }

    [Fact]
    public void Origin_OfAPlantedWeight_IsTheWeight()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);

        NonFiniteOrigin? origin = NonFiniteOrigin.Of(
            device, With(Step(device), "dense1.weight", 5, float.NaN));

        Assert.Equal("dense1.weight[1,2] is NaN: the step begins with it", origin?.Sentence);
    }

    [Fact]
    public void Origin_OfAMomentBeyondFloat32_IsTheUpdate()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);

        NonFiniteOrigin? origin = NonFiniteOrigin.Of(
            device, With(Step(device), "optimizer.exp_avg", 2, 3e38f));

        Assert.Equal(("new conv1.weight", "[2,0,0]"), (origin?.Tensor, origin?.Place));
        Assert.Contains("adam from conv1.weight[2,0,0] = ", origin?.Made, StringComparison.Ordinal);
        Assert.Contains("exp_avg = 3E+38", origin?.Made, StringComparison.Ordinal);
    }

    [Fact]
    public void Origin_OfAStepWhoseNumbersAreFinite_IsNone()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);

        Assert.Null(NonFiniteOrigin.Of(device, Step(device)));
    }

    [SkippableTheory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void DivergedStep_OfAPlantedClip_IsTheOneThatTakesIt(string selector)
    {
        const int Clips = 20;
        const int BatchSize = 4;
        const int Planted = 13;
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(Clips, 1, Steps);
        float[] values = Randoms.Normal(shape.Length, seed: 1);
        values[(Planted * Steps) + 3] = float.NaN;
        int[] labels = [.. Enumerable.Range(0, Clips).Select(clip => clip % Classes)];
        var set = FeatureSet.FromFeatures(device.Upload<float>(shape, values), labels);
        var network = new Network(device, Network, 1, Steps, Classes, seed: 5);
        var options = new TrainingOptions { BatchSize = BatchSize, Seed = 7 };
        var trainer = new Trainer(network, set, set, options);
        Checkpoint before = trainer.Capture();
        Assert.Throws<TrainingDivergedException>(() => trainer.RunEpoch());

        TrainedStep found = Assert.IsType<TrainedStep>(trainer.FindDivergedStep(before));

        int at = Array.IndexOf(EpochOrder.OrderOf(0, Clips, options.Seed), Planted);
        Assert.Equal((at / BatchSize) + 1, found.StepOfEpoch);
        Assert.Equal(((at % BatchSize) * Steps) + 3, Array.FindIndex(found.Input, float.IsNaN));
        Assert.Null(Divergence.WhatIsNotFinite(trainer.Capture()));
    }

    [Fact]
    public void DivergedStep_OfFiniteTraining_IsNone()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var set = FeatureSet.FromFeatures(
            device.Upload<float>(new Shape(6, 1, Steps), Randoms.Normal(6 * Steps, seed: 1)), [0, 1, 2, 0, 1, 2]);
        var trainer = new Trainer(
            new Network(device, Network, 1, Steps, Classes), set, set, new TrainingOptions { BatchSize = 4 });

        Assert.Null(trainer.FindDivergedStep(trainer.Capture()));
    }

    private static StepCapsule Step(ComputeDevice device) => StepCapture.OfNetwork(
        device, Network, new Shape(1, Steps), Classes, batchSize: 4, seed: 3);

    private static StepCapsule With(StepCapsule capsule, string name, int index, float value)
    {
        float[] values = capsule.Given[name].AsFloat32().ToArray();
        values[index] = value;
        return capsule with
        {
            Given = new Dictionary<string, SafeTensor>(capsule.Given)
            {
                [name] = SafeTensor.From<float>(values, capsule.Given[name].Shape),
            },
        };
    }
}
