using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class NetworkTests
{
    private static readonly ComputeDevice Device = TestDevices.Get("cpu");

    [Fact]
    public void Network_OfTheArticle_HasTheShapesOfItsTable()
    {
        var network = new Network(Device, NetworkPresets.Article(), channels: 40, length: 100, classes: 10);

        Assert.Equal(
            [
                "conv1 [64, 97]", "relu1 [64, 97]", "pool1 [64, 48]", "flatten1 [3072]", "dense1 [128]", "relu2 [128]",
                "dropout1 [128]", "dense2 [10]",
            ],
            network.Layers.Select(layer => $"{layer.Name} {layer.Output}"));
        Assert.Equal(
            ["conv1.weight", "conv1.bias", "dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"],
            network.Parameters.All.Select(parameter => parameter.Name));
        Assert.Equal((64 * 40 * 4) + 64 + (128 * 3072) + 128 + (10 * 128) + 10, network.Parameters.Count);
    }

    [Fact]
    public void Network_PlannedForTraining_FusesWhatFollowsOneAnother()
    {
        var network = new Network(Device, NetworkPresets.Article(), channels: 40, length: 100, classes: 10);

        Assert.Equal(
            ["conv1 + relu + pool", "dense1 + relu", "dropout1", "dense2"],
            network.PlanFor(4, training: true).StageNames);
        Assert.Equal(
            ["conv1 + relu + pool", "dense1 + relu", "dense2"], network.PlanFor(4, training: false).StageNames);
    }

    [Fact]
    public void Network_PlannedForInference_FoldsNormalisationIntoTheConvolutionBefore()
    {
        var network = new Network(Device, NetworkPresets.Deep(), channels: 40, length: 100, classes: 10);

        Assert.Equal(
            ["conv1 + norm + relu + pool", "conv2 + norm + relu + pool", "conv3 + norm + relu", "pool3", "dense1"],
            network.PlanFor(4, training: false).StageNames);
    }

    [Theory]
    [InlineData("deep", 40, 100, 10.0, 5.5)]
    [InlineData("raw", 1, 8000, 55.0, 36.0)]
    public void Network_AtBatch64_KeepsToItsMemory(
        string name, int channels, int length, double trainingMegabytes, double inferenceMegabytes)
    {
        var network = new Network(Device, NetworkPresets.Resolve(name).Create(), channels, length, classes: 10);

        Assert.InRange(network.Sketch(64, training: true).MemoryBytes / 1e6, 1, trainingMegabytes);
        Assert.InRange(network.Sketch(64, training: false).MemoryBytes / 1e6, 1, inferenceMegabytes);
    }

    [Fact]
    public void Network_Deep_FusesNormalisationWithReluAndKeepsItsRunningStatistics()
    {
        var network = new Network(Device, NetworkPresets.Deep(0.5f, 8, 16), channels: 5, length: 21, classes: 3);

        Assert.Equal(
            ["conv1 + norm + relu + pool", "conv2 + norm + relu", "pool2", "dropout1", "dense1"],
            network.PlanFor(4, training: true).StageNames);
        Assert.Equal(
            [
                "conv1.weight", "norm1.weight", "norm1.bias", "conv2.weight", "norm2.weight", "norm2.bias",
                "dense1.weight", "dense1.bias",
            ],
            network.Parameters.All.Select(parameter => parameter.Name));
        Assert.Equal(
            ["norm1.running_mean", "norm1.running_variance", "norm2.running_mean", "norm2.running_variance"],
            network.Parameters.States.Select(state => state.Name));
        Assert.All(network.Parameters.States[3].Value.ToArray(), variance => Assert.Equal(1, variance));

        NetworkPlan plan = network.PlanFor(4, training: true);
        plan.Input.CopyFrom(Randoms.Normal(plan.Input.Length, seed: 1));
        plan.Forward();

        Assert.Contains(network.Parameters.States[0].Value.ToArray(), mean => mean != 0);
    }

    [Fact]
    public void Network_Raw_BeginsWithTheSamples()
    {
        const int Samples = 2000;
        FeatureOptions features = FeatureOptions.Raw(8000);
        var network = new Network(
            Device, NetworkPresets.Raw(), features.Rows, features.Frames(Samples), classes: 3, forTraining: false);
        NetworkPlan plan = network.PlanFor(2, training: false);
        float[] clips = Randoms.Normal(2 * Samples, seed: 1);
        Tensor<float> extracted = Device.Allocate<float>(new Shape(2, 1, Samples));
        new FeatureExtractor(Device, features, 2, Samples).Extract(
            Device.Upload<float>(new Shape(2, Samples), clips), extracted);

        plan.Input.CopyFrom(extracted);
        plan.Forward();

        Assert.Equal(clips, extracted.ToArray());
        Assert.All(plan.Logits.ToArray(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void Network_WhoseInputIsTooShortForItsLayers_SaysHowManyStepsCame()
    {
        string message = Assert.Throws<NetworkSpecException>(
            () => new Network(Device, NetworkPresets.Deep(), channels: 40, length: 3, classes: 10)).Message;

        Assert.Contains("pool2", message, StringComparison.Ordinal);
        Assert.Contains("3 time steps", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_WhoseLayersDoNotFit_SaysWhichOne()
    {
        NetworkSpec article = NetworkPresets.Article(taps: 50);
        string tooShort = Assert.Throws<NetworkSpecException>(() => new Network(Device, article, 40, 30, 10)).Message;
        Assert.Contains("conv1", tooShort, StringComparison.Ordinal);

        var noFlatten = new NetworkSpec { Name = "x", Layers = [new DenseLayer()] };
        string flat = Assert.Throws<NetworkSpecException>(() => new Network(Device, noFlatten, 40, 30, 10)).Message;
        Assert.Contains("flatten", flat, StringComparison.Ordinal);

        var wrongEnd = new NetworkSpec { Name = "x", Layers = [new FlattenLayer(), new DenseLayer { Outputs = 3 }] };
        string classes = Assert.Throws<NetworkSpecException>(() => new Network(Device, wrongEnd, 40, 30, 10)).Message;
        Assert.Contains("10 classes", classes, StringComparison.Ordinal);
    }

    [Fact]
    public void NetworkSpec_WrittenAsJson_ReadsBackTheSame()
    {
        NetworkSpec article = NetworkPresets.Article(filters: 8) with { Initializer = Initializer.KaimingNormal };

        string json = JsonSerializer.Serialize(article, StrictJson.Options);
        NetworkSpec back = JsonSerializer.Deserialize<NetworkSpec>(json, StrictJson.Options)!;

        Assert.Contains("\"type\": \"conv1d\"", json, StringComparison.Ordinal);
        Assert.Contains("\"kaiming_normal\"", json, StringComparison.Ordinal);
        Assert.Equal(article.Layers, back.Layers);
        Assert.Equal(article.Initializer, back.Initializer);
    }

    [Fact]
    public void NetworkSpec_InAFile_HasTheDefaultsOfWhatItLeavesOut()
    {
        NetworkSpec spec = JsonSerializer.Deserialize<NetworkSpec>(
            """
            {"name":"x","layers":[
                {"type":"conv1d","filters":4,"taps":3},{"type":"batch_norm1d"},
                {"type":"activation","function":"gelu_tanh"}]}
            """,
            StrictJson.Options)!;

        Assert.Equal(
            [
                new Conv1dLayer { Filters = 4, Taps = 3 }, new BatchNorm1dLayer(),
                new ActivationLayer { Function = ActivationKind.GeluTanh },
            ],
            spec.Layers);
    }

    [Theory]
    [InlineData(Initializer.FanIn, 0.05, 1 / 1.7320508)]
    [InlineData(Initializer.KaimingUniform, 0.12247449, 1 / 1.7320508)]
    [InlineData(Initializer.KaimingNormal, 0.07071068, 1)]
    [InlineData(Initializer.XavierUniform, 0.1, 1 / 1.7320508)]
    [InlineData(Initializer.XavierNormal, 0.057735027, 1)]
    public void Initializer_OfAWeight_HasTheDeviationOfItsPaper(Initializer initializer, double bound, double deviation)
    {
        // fan-in 100 taps counted 4 x 100 = 400, fan-out 50 x 4 = 200.
        float[] values = new float[50 * 100 * 4];
        initializer.DrawWeight(values, new Shape(50, 100, 4), seed: 9, stream: 2);

        double mean = values.Average(value => (double)value);
        double spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.Equal(0, mean, 0.02 * bound * Math.Sqrt(3));
        Assert.Equal(bound * deviation, spread, 0.02 * bound);
    }
}
