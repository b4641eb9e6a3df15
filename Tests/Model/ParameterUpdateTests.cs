using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class ParameterUpdateTests
{
    private const int Channels = 8;
    private const int Frames = 16;
    private const int Classes = 4;

    private static ComputeDevice Cpu => TestDevices.Get("cpu");

    private static readonly TrainingOptions Usual = new()
    {
        BatchSize = 8,
        Seed = 7,
        Epochs = 3,
        LearningRate = 0.01f,
        Optimizer = new AdamWOptions { WeightDecay = 0.5f },
    };

    [Fact]
    public void DecayOfWeights_MovesWeightsAsDecayOfAllDoes()
    {
        Parameters all = After(Usual, steps: 1).Parameters;
        Parameters weights = After(Usual with { DecayOf = DecayScope.Weights }, steps: 1).Parameters;

        foreach ((Parameter one, Parameter other) in all.All.Zip(weights.All).Where(
            pair => pair.First.Value.Shape.Rank > 1))
        {
            Closeness.Close(one.Name, other.Value.ToArray(), one.Value.ToArray(), 1e-6, one.Value.Length);
        }
    }

    [Fact]
    public void DecayOfWeights_LeavesBiasesAndNormalisationAlone()
    {
        Parameters none = After(Usual with { Optimizer = new AdamWOptions() }, steps: 1).Parameters;
        Parameters weights = After(Usual with { DecayOf = DecayScope.Weights }, steps: 1).Parameters;
        Parameters all = After(Usual, steps: 1).Parameters;

        Parameter[] vectors = [.. none.All.Where(one => one.Value.Shape.Rank == 1)];
        Assert.NotEmpty(vectors);
        foreach (Parameter one in vectors)
        {
            Assert.Equal(one.Value.ToArray(), weights.All.Single(other => other.Name == one.Name).Value.ToArray());
        }

        Assert.Contains(vectors, one => !one.Value.ToArray().SequenceEqual(
            all.All.Single(other => other.Name == one.Name).Value.ToArray()));
    }

    [Theory]
    [InlineData(4, 20)] // 16 + 4 rows: the last group is smaller.
    [InlineData(8, 19)] // And so is the last mini-batch.
    public void Accumulation_EqualsTheLargerMiniBatch(int batch, int clips)
    {
        // No dropout, whose masks go by the mini-batch, and no batch normalisation.
        NetworkSpec article = NetworkPresets.Article(filters: 8);
        NetworkSpec plain = article with { Layers = new([.. article.Layers.Where(one => one is not DropoutLayer)]) };
        TrainingOptions large = Usual with { BatchSize = 16 };
        TrainingOptions small = Usual with { BatchSize = batch, Accumulate = 16 / batch };

        float[] expected = Trained(large, clips, plain, epochs: 2).Capture().Values;
        float[] got = Trained(small, clips, plain, epochs: 2).Capture().Values;

        Closeness.Close("weights", got, expected, 2e-5, got.Length);
    }

    [Fact]
    public void Freeze_OfALayer_KeepsItsBits()
    {
        Parameters before = After(Usual, steps: 0).Parameters;
        Parameters after = After(
            Usual with { LayerRates = "conv1=0", DecayOf = DecayScope.Weights, AverageDecay = 0.5f },
            steps: 2).Parameters;

        foreach ((Parameter one, Parameter other) in before.All.Zip(after.All))
        {
            bool frozen = one.Name.StartsWith("conv1.", StringComparison.Ordinal);
            Assert.Equal(frozen, one.Value.ToArray().SequenceEqual(other.Value.ToArray()));
        }
    }

    [Fact]
    public void LayerRate_OfAPrefixThatIsNone_IsRefusedWithTheLayers()
    {
        var error = Assert.Throws<ArgumentException>(
            () => After(Usual with { LayerRates = "konv=0" }, steps: 0));
        Assert.Contains("konv", error.Message, StringComparison.Ordinal);
        Assert.Contains("conv1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MovingAverage_IsWhatIsValidatedAndKept()
    {
        Trainer trainer = Trained(Usual with { AverageDecay = 0.9f }, clips: 40, Spec, epochs: 1);
        Checkpoint state = trainer.Capture();

        Assert.Equal(state.OptimizerState["average"], state.BestValues);
        Assert.NotEqual(state.Values, state.BestValues);
        Assert.Equal(state.OptimizerState["average_state"], state.BestState);
    }

    public static TheoryData<string> Everything => ["average", "accumulate", "plateau", "clip"];

    [Theory]
    [MemberData(nameof(Everything))]
    public void Training_WithAnyOfThis_ResumesToTheSameBits(string what)
    {
        TrainingOptions options = what switch
        {
            "average" => Usual with { AverageDecay = 0.9f, DecayOf = DecayScope.Weights },
            "accumulate" => Usual with { Accumulate = 3, Schedule = LearningRateSchedule.Parse("one-cycle") },
            // Waits for no epoch, so that each that is no better counts.
            "plateau" => Usual with
            {
                LearningRate = 0.3f,
                Schedule = LearningRateSchedule.Parse("plateau=0.1:1") with { WarmUp = 1.5 },
            },
            _ => Usual with { ClipNorm = 0.01f, LayerRates = "conv1=0.5" },
        };
        Trainer straight = Trained(options, clips: 40, Spec, epochs: 6);
        Trainer first = Trained(options, clips: 40, Spec, epochs: 4);
        string path = Path.Combine(Path.GetTempPath(), $"nativecnn-{Guid.NewGuid():N}.safetensors");
        first.Capture().Save(path);
        Trainer resumed = TrainerOf(options, clips: 40, Spec);

        resumed.Resume(Checkpoint.Load(path));
        File.Delete(path);
        double[] rates = [resumed.RunEpoch().LearningRate, resumed.RunEpoch().LearningRate];

        Assert.Equal(straight.Capture().Values, resumed.Capture().Values);
        Assert.Equal(straight.Capture().BestValues, resumed.Capture().BestValues);
        Assert.Equal(straight.BestScore, resumed.BestScore);
        Assert.True(what != "plateau" || rates[^1] < 0.3f, "the plateau of this test lowers the rate");
    }

    private static NetworkSpec Spec => NetworkPresets.Deep(0.5f, 8, 8);

    private static Trainer Trained(TrainingOptions options, int clips, NetworkSpec spec, int epochs)
    {
        Trainer trainer = TrainerOf(options, clips, spec);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            trainer.RunEpoch();
        }

        return trainer;
    }

    private static Trainer TrainerOf(TrainingOptions options, int clips, NetworkSpec spec) => new(
        new Network(Cpu, spec, Channels, Frames, Classes, seed: 5), SetOf(clips, seed: 1), SetOf(12, seed: 2), options);

    /// <summary>The network after some steps of one epoch's length.</summary>
    private static Network After(TrainingOptions options, int steps)
    {
        var network = new Network(Cpu, Spec, Channels, Frames, Classes, seed: 5);
        var trainer = new Trainer(network, SetOf(8, seed: 1), SetOf(12, seed: 2), options);
        for (int step = 0; step < steps; step++)
        {
            trainer.RunEpoch();
        }

        return network;
    }

    private static FeatureSet SetOf(int clips, int seed) => FeatureSet.FromFeatures(
        Cpu.Upload<float>(
            new Shape(clips, Channels, Frames), Randoms.Normal(clips * Channels * Frames, seed)),
        [.. Enumerable.Range(0, clips).Select(i => i % Classes)]);
}
