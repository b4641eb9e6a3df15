using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Inspection;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>What <c>train --inspect</c> records is what the step computes, and it changes nothing.</summary>
public sealed class InspectionTests
{
    private const int Channels = 3;
    private const int Frames = 12;
    private const int Classes = 3;
    private const int Clips = 20;
    private const int BatchSize = 8;

    private static readonly NetworkSpec Network = NetworkSpec.Parse(
        """
        {"name": "mine", "layers": [
          {"type": "conv1d", "filters": 8, "taps": 3, "padding": "same"}, {"type": "batch_norm1d"}, {"type": "relu"},
          {"type": "max_pool1d", "window": 2, "stride": 2},
          {"type": "conv1d", "filters": 4, "taps": 3}, {"type": "relu"}, {"type": "squeeze_excite", "reduction": 2},
          {"type": "global_average_pool"}, {"type": "dropout", "rate": 0.3}, {"type": "dense"}]}
        """);

    [Theory]
    [InlineData(7)]
    [InlineData(1003)]
    public void Summary_OfValues_IsThatOfPlainSums(int count)
    {
        float[] values = [.. Randoms.Normal(count, seed: 1).Select((value, i) => i % 5 == 0 ? 0 : value * 3 - 1)];
        double mean = values.Average(value => (double)value);

        var summary = TensorSummary.Of(values);

        Assert.Equal((count, 0, 1), (summary.Count, summary.NonFinite, summary.Every));
        Assert.Equal(values.Count(value => value == 0), summary.Zeros * count, 3);
        Assert.Equal(mean, summary.Mean, 5);
        Assert.Equal(Math.Sqrt(values.Average(value => (double)value * value)), summary.Rms, 5);
        Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), summary.Deviation, 5);
        Assert.Equal((values.Min(), values.Max()), (summary.Min, summary.Max));
        Assert.Equal(count, summary.Histogram.Sum());
        double width = ((double)values.Max() - values.Min()) / TensorSummary.Bins;
        Assert.Equal(values.Count(value => value - values.Min() < width), summary.Histogram[0]);
    }

    [Fact]
    public void Summary_OfNumbersThatAreNone_CountsThemAndLeavesThemOut()
    {
        float[] values = [.. Enumerable.Range(0, 20).Select(i => (float)i)];
        (values[3], values[9], values[19]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);

        var summary = TensorSummary.Of(values);

        Assert.Equal((3, 0, 18, 17), (summary.NonFinite, summary.Min, summary.Max, summary.Histogram.Sum()));
        Assert.Equal((190 - 3 - 9 - 19) / 17f, summary.Mean, 5);
    }

    [Fact]
    public void Summary_OfALargeTensor_HasAHistogramOfEverySoManyth()
    {
        float[] values = [.. Enumerable.Range(0, 100_000).Select(i => (float)i)];

        var summary = TensorSummary.Of(values);

        Assert.Equal(13, summary.Every);
        Assert.Equal((100_000 + 12) / 13, summary.Histogram.Sum());
        Assert.All(summary.Histogram, count => Assert.InRange(count, 240, 241));
    }

    [SkippableTheory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Training_Inspected_LearnsTheSameBits(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (Trainer plain, _) = TrainerOn(device, every: null);
        (Trainer inspected, StepInspector? inspector) = TrainerOn(device, every: 2);

        Checkpoint expected = Trained(plain);
        Checkpoint found = Trained(inspected);

        Assert.Equal(expected.Values, found.Values);
        Assert.Equal(expected.State, found.State);
        Assert.All(expected.OptimizerState, one => Assert.Equal(one.Value, found.OptimizerState[one.Key]));
        // Three steps an epoch: 2; 4 and 6.
        Assert.Equal([(1, 2), (2, 4), (2, 6)], inspector!.Take().Select(step => (step.Epoch, step.Step)));

        static Checkpoint Trained(Trainer trainer)
        {
            trainer.RunEpoch();
            trainer.RunEpoch();
            return trainer.Capture();
        }
    }

    [Fact]
    public void Inspector_OfFewSteps_TakesTheLastOfEachEpoch()
    {
        (Trainer trainer, StepInspector? inspector) = TrainerOn(TestDevices.Get("cpu"), every: 50);
        trainer.RunEpoch();
        trainer.RunEpoch();

        Assert.Equal([(1, 3), (2, 6)], inspector!.Take().Select(step => (step.Epoch, step.Step)));
    }

    [Fact]
    public void Record_OfAStep_HasTheNetworksOwnNumbers()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var network = new Network(device, Network, Channels, Frames, Classes, seed: 5);
        Parameter bias = network.Parameters.All.Single(one => one.Name == "conv2.bias");
        bias.Value.CopyFrom([-1000, 0.5f, -1000, 0.5f]);
        Parameter weight = network.Parameters.All.Single(one => one.Name == "conv2.weight");
        float[] before = weight.Value.ToArray();
        (Trainer trainer, StepInspector? inspector) = TrainerOn(device, every: 3, network);
        float[]? previous = null;
        trainer.RunEpoch(step => previous = step == 2 ? weight.Value.ToArray() : previous);

        StepInspection record = Assert.Single(inspector!.Take());

        StageInspection conv = record.Stages.Single(stage => stage.Name == "conv2 + relu");
        Assert.Equal((4, 0.5f), (conv.Units, conv.Dead));
        Assert.InRange(conv.Output.Zeros, 0.5f, 1);
        ParameterInspection of = conv.Parameters.Single(one => one.Name == "conv2.weight");
        float[] after = weight.Value.ToArray();
        Assert.Equal(TensorSummary.Of(previous).Rms, of.Value.Rms);
        double change = Math.Sqrt(after.Zip(previous!).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)));
        Assert.Equal(change / (TensorSummary.Of(previous).Rms * Math.Sqrt(before.Length)), of.Update!.Value, 5);
        Assert.True(of.Gradient.Rms > 0, "the gradient is not 0");
        StageInspection gate = record.Stages.Single(stage => stage.Saturated is not null);
        Assert.InRange(gate.Output.Min, 0, 1);
        Assert.Equal(4, record.Clips);
        Assert.Equal(record.ToJson(), StepInspection.FromJson(record.ToJson()).ToJson());
    }

    [Fact]
    public void Warnings_OfSoundSteps_AreNone() =>
        Assert.Empty(InspectionWarnings.Of([Step(), Step() with { LearningRate = 1e-6f }]));

    [Theory]
    [InlineData("dead_relu")]
    [InlineData("saturated")]
    [InlineData("large_update")]
    [InlineData("small_update")]
    [InlineData("non_finite")]
    [InlineData("vanishing_gradient")]
    [InlineData("exploding_gradient")]
    [InlineData("saturated_softmax")]
    public void Warning_BeyondItsThreshold_NamesPlaceAndThreshold(string kind)
    {
        (StepInspection step, string place, string threshold) = kind switch
        {
            "dead_relu" => (Step(dead: 0.45f), "conv1 + relu", "40 %"),
            "saturated" => (Step(saturated: 0.6f), "conv1 + relu", "50 %"),
            "large_update" => (Step(update: 0.2f), "conv1.weight", "0.1"),
            "small_update" => (Step(update: 5e-5f), "conv1.weight", "0.0001"),
            "non_finite" => (Step(nonFinite: 2), "output of conv1 + relu", "2 of 10 values"),
            "vanishing_gradient" => (Step(gradient: 0.9e-3f), "conv1 + relu", "1E+03"),
            "exploding_gradient" => (Step(gradient: 1.1e3f), "conv1 + relu", "1E+03"),
            _ => (Step() with { Decided = 0.6f }, "softmax", "50 %"),
        };

        InspectionWarning warning = Assert.Single(InspectionWarnings.Of([step, Step() with { Epoch = 2 }]));

        Assert.Equal((kind, place), (warning.Kind, warning.Place));
        Assert.Contains(threshold, warning.Text, StringComparison.Ordinal);
        Assert.EndsWith("(1 of 2 recorded steps, epoch 1)", warning.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Warning_OfManyTensorsThatAreNotFinite_NamesTheFirst()
    {
        StepInspection step = Step(nonFinite: 2);
        StageInspection first = step.Stages[0];
        step = step with
        {
            Stages = [first, first with { Name = "conv2", Gradient = first.Output }, step.Stages[1]],
        };

        InspectionWarning warning = Assert.Single(InspectionWarnings.Of([step]), one => one.Kind == "non_finite");

        Assert.Equal(
            ("output of conv1 + relu", "2 of 10 values are not finite, and of 2 tensors after it"),
            (warning.Place, warning.Text));
    }

    private static StepInspection Step(
        float dead = 0.3f, float saturated = 0.4f, float update = 1e-3f, int nonFinite = 0, float gradient = 1)
    {
        return new StepInspection(1, 1, 1e-3f, 8, 0.1f,
        [
            new StageInspection(
                "conv1 + relu", Sized(1) with { NonFinite = nonFinite }, Sized(gradient), 8, dead, saturated,
                [
                    new ParameterInspection("conv1.weight", [8, 3, 3], Sized(1), Sized(1), update),
                    new ParameterInspection("conv1.bias", [8], Sized(1), Sized(1), 1),
                ]),
            new StageInspection("dense1", Sized(1), Sized(1), 3, null, null, []),
        ]);

        static TensorSummary Sized(float rms) => new(10, 0, 0, 0, rms, rms, -rms, rms, new int[TensorSummary.Bins], 1);
    }

    private static (Trainer Trainer, StepInspector? Inspector) TrainerOn(
        ComputeDevice device, int? every, Network? network = null)
    {
        network ??= new Network(device, Network, Channels, Frames, Classes, seed: 5);
        var set = FeatureSet.FromFeatures(
            device.Upload<float>(
                new Shape(Clips, Channels, Frames), Randoms.Normal(Clips * Channels * Frames, seed: 1)),
            [.. Enumerable.Range(0, Clips).Select(clip => clip % Classes)]);
        StepInspector? inspector = every is { } steps ? new StepInspector(network, steps) : null;
        var trainer = new Trainer(network, set, set, new TrainingOptions { BatchSize = BatchSize, Seed = 7 })
        {
            Observer = inspector,
        };
        return (trainer, inspector);
    }
}
