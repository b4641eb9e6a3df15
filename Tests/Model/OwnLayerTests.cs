using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Examples;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>A layer that is no part of the library: <see cref="PReluLayer"/>, with one portable body a pass.</summary>
public sealed class OwnLayerTests
{
    private const string NetworkFile =
        """
        {
          "name": "mine",
          "layers": [
            {"type": "conv1d", "filters": 8, "taps": 3}, {"type": "prelu", "slope": 0.1},
            {"type": "global_mean_max_pool"}, {"type": "dense"}
          ]
        }
        """;

    public OwnLayerTests() => LayerTypes.Register<PReluLayer>();

    [Fact]
    public void OwnLayer_InJson_IsReadAndHasItsDefaults()
    {
        NetworkSpec spec = NetworkSpec.Parse(NetworkFile);
        NetworkSpec bare = NetworkSpec.Parse("""{"name": "bare", "layers": [{"type": "prelu"}]}""");
        NetworkSpecException wrong = Assert.Throws<NetworkSpecException>(
            () => NetworkSpec.Parse("""{"name": "bare", "layers": [{"type": "prelu", "slop": 1}]}"""));

        Assert.Equal(new PReluLayer { Slope = 0.1f }, spec.Layers[1]);
        Assert.Equal(new PReluLayer(), bare.Layers[0]);
        Assert.Contains("slope", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("prelu", LayerTypes.Names);
    }

    [Fact]
    public void OwnLayer_TrainedOnSounds_IsLoadedAgainFromItsRun()
    {
        using var sounds = SoundFolder.OfClasses(classes: 2, clips: 8);
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        float[] sound = Randoms.Normal(2000, 3, 0.1);
        IReadOnlyList<LabelProbability> trained;
        using (Classifier classifier = Classifier.Train(
            sounds.Path, run, folder.Text("network.json", NetworkFile), "cpu", epochs: 2))
        {
            trained = classifier.Predict(sound, SoundFolder.SampleRate).Ranked;
        }

        using Classifier loaded = Classifier.Load(run, "cpu");
        CliRun evaluated = CliRun.Of("evaluate", run, "--data", sounds.Path, "--device", "cpu").Succeeded();

        Assert.Equal(trained, loaded.Predict(sound, SoundFolder.SampleRate).Ranked);
        Assert.Contains(new PReluLayer { Slope = 0.1f }, RunConfig.Load(Path.Combine(run, "config.json")).Model.Layers);
        Assert.Equal(
            [
                "warning: kernel PReluKernels.Forward has no host body: device cpu runs its portable kernel, slowly",
                "warning: 12 of 16 clips were trained on by this run, 4 chose its best epoch; the accuracy flatters",
            ],
            evaluated.Error);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void OwnLayer_WithOnlyAPortableKernel_HasTheGradientsOfFiniteDifferences(string selector)
    {
        const int Batch = 3, Channels = 2, Filters = 4, Steps = 5;
        ComputeDevice device = TestDevices.Get(selector);
        Node y = Node.Input().Conv1d(Filters, taps: 1).Apply(new PReluLayer { Slope = 0.3f }).Flatten();
        var network = new Network(device, new NetworkGraph(y, new Shape(Channels, Steps), Filters * Steps), seed: 4);
        NetworkPlan plan = network.PlanFor(Batch, training: true);
        float[] x = Randoms.Normal(plan.Input.Length, 1);
        float[] upstream = Randoms.Normal(plan.Logits.Length, 2);

        plan.Input.CopyFrom(x);
        plan.Forward();
        plan.LogitsGradient.CopyFrom(upstream);
        plan.Backward();

        double[][] inputs = [.. network.Parameters.All.Select(one => Wide(one.Value.ToArray()))];
        double[] output = Reference(inputs);
        Closeness.Close("y", Wide(plan.Logits.ToArray()), output, 1e-5, output.Length);
        for (int which = 0; which < inputs.Length; which++)
        {
            Parameter parameter = network.Parameters.All[which];
            GradientCheck.Of(
                parameter.Name, Reference, inputs, which, Wide(upstream), parameter.Gradient!.ToArray());
        }

        // Parameters: weight [K, C, 1], bias [K], slope [K].
        double[] Reference(double[][] parameters) =>
        [
            .. from clip in Enumerable.Range(0, Batch)
               from filter in Enumerable.Range(0, Filters)
               from step in Enumerable.Range(0, Steps)
               let sum = parameters[1][filter] + Enumerable.Range(0, Channels).Sum(channel =>
                   parameters[0][(filter * Channels) + channel] * x[(((clip * Channels) + channel) * Steps) + step])
               select sum > 0 ? sum : parameters[2][filter] * sum,
        ];

        static double[] Wide(float[] values) => Array.ConvertAll(values, value => (double)value);
    }

    [Fact]
    public void OwnLayer_WithoutPlan_IsNamed()
    {
        var graph = new NetworkGraph(Node.Input().Apply(new LayerWithoutPlan()).Flatten(), new Shape(1, 4), classes: 4);
        var network = new Network(TestDevices.Get("cpu"), graph);

        string message = Assert.Throws<NetworkSpecException>(() => network.PlanFor(1, training: false)).Message;

        Assert.Equal("the layer without_plan has no Plan: write it, or Expand", message);
    }

    [Fact]
    public void OwnLayer_WithoutAName_IsToldHowToGetOne()
    {
        string[] messages =
        [
            Assert.Throws<ArgumentException>(LayerTypes.Register<LayerWithoutName>).Message,
            Assert.Throws<ArgumentException>(
                () => new NetworkGraph(Node.Input().Apply(new LayerWithoutName()), new Shape(4), 4)).Message,
        ];

        Assert.All(messages, message => Assert.Equal(
            "the layer LayerWithoutName has no name for network files: put [LayerType(\"its_name\")] on it", message));
    }

    [Fact]
    public void OwnLayer_UnderANameThatIsTaken_IsRefused()
    {
        string product = Assert.Throws<ArgumentException>(LayerTypes.Register<AnotherRelu>).Message;
        string own = Assert.Throws<ArgumentException>(LayerTypes.Register<AnotherPRelu>).Message;
        LayerTypes.Register<PReluLayer>(); // Again: nothing changes.

        Assert.Equal("a layer of type 'relu' is there already (ReluLayer): give AnotherRelu another name", product);
        Assert.Equal("a layer of type 'prelu' is there already (PReluLayer): give AnotherPRelu another name", own);
        Assert.Equal(typeof(ReluLayer), LayerTypes.All["relu"]);
        Assert.Equal(typeof(PReluLayer), LayerTypes.All["prelu"]);
    }

    [LayerType("without_plan")]
    internal sealed record LayerWithoutPlan : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }

    internal sealed record LayerWithoutName : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }

    [LayerType("relu")]
    internal sealed record AnotherRelu : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }

    [LayerType("prelu")]
    internal sealed record AnotherPRelu : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }
}
