// What holds of every layer: a layer type is tested here by its example alone, and fails without one.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Json;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class LayerLawsTests
{
    private const int Batch = 3;

    public static TheoryData<string, string> OnEveryDevice => TestDevices.Times(LayerExamples.Names);

    public static TheoryData<string> Examples => [.. LayerExamples.Names];

    [Fact]
    public void LayerType_OfTheProduct_HasAnExample()
    {
        IEnumerable<string> ours = LayerTypes.All
            .Where(one => one.Value.Assembly == typeof(Layer).Assembly).Select(one => one.Key);

        Assert.Empty(ours.Except(LayerExamples.Types));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Layer_WrittenAsJson_ReadsBackTheSame(string example)
    {
        NetworkSpec spec = LayerExamples.SpecOf(example);

        string json = JsonSerializer.Serialize(spec, StrictJson.Options);

        Assert.Equal(spec, NetworkSpec.Parse(json));
        Assert.Equal(spec, JsonSerializer.Deserialize<NetworkSpec>(json, StrictJson.Options));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Layer_ThatComputes_HasACost(string example)
    {
        Assert.All(GraphOf(example).Nodes, node => Assert.True(
            node.Cost.Forward > 0 || node.Layer!.IsView(training: true), $"{node.Name} costs nothing"));
    }

    [Theory]
    [MemberData(nameof(OnEveryDevice))]
    public void Layer_InTraining_HasTheGradientsOfFiniteDifferences(string selector, string example)
    {
        ComputeDevice device = TestDevices.Get(selector, apart: example);
        var graph = new NetworkGraph(
            LayerChain.Follow(LayerExamples.SpecOf(example).Layers, Node.Input()), LayerExamples.InputOf(example),
            name: example);
        foreach (bool fused in new[] { true, false })
        {
            var checker = new GradientChecker(
                device, graph, fused, new GradientCheckOptions { BatchSize = Batch, Elements = device.IsHost ? 0 : 40 });
            NothingAtItsBeginning(checker.Parameters);

            GradientCheckRow[] rows = [.. checker.Run()];

            Assert.NotEmpty(rows);
            Assert.All(rows, row => Assert.True(row.Passed, $"{row} at {row.Place}"));
            Assert.True(
                rows.Sum(row => row.Kinks) <= 0.2 * rows.Sum(row => row.Checked), $"{rows.Sum(row => row.Kinks)} kinks");
        }
    }

    [Theory]
    [MemberData(nameof(OnEveryDevice))]
    public void Layers_FusedOrNot_GiveTheSameNumbers(string selector, string example)
    {
        (float[] outputs, float[] gradients, float[] answers) = Run(NetworkOf(selector, example));
        (float[] apart, float[] gradientsApart, float[] answersApart) =
            Run(NetworkOf(selector, example, FusionRules.None));

        Near.All("outputs", apart, outputs);
        Near.All("gradients", gradientsApart, gradients, 1e-4);
        Near.All("inference", answersApart, answers, 1e-4);
    }

    [Theory]
    [MemberData(nameof(OnEveryDevice))]
    public void Memory_ReusedOrKept_GivesTheSameBits(string selector, string example)
    {
        (float[] outputs, float[] gradients, float[] answers) = Run(NetworkOf(selector, example));
        (float[] kept, float[] gradientsKept, float[] answersKept) =
            Run(NetworkOf(selector, example, memory: ActivationMemory.Kept));

        Assert.Equal(kept, outputs);
        Assert.Equal(gradientsKept, gradients);
        Assert.Equal(answersKept, answers);
    }

    /// <summary>Two training steps' worth of passes, then inference: what came out of each.</summary>
    private static (float[] Outputs, float[] Gradients, float[] Answers) Run(Network network)
    {
        NetworkPlan plan = network.PlanFor(Batch, training: true);
        for (int step = 0; step < 2; step++)
        {
            network.Progress.Advance();
            plan.Forward();
            plan.LogitsGradient.CopyFrom(Randoms.Normal(plan.Logits.Length, seed: 4));
            network.Parameters.Gradients.Clear();
            plan.Backward();
        }

        float[] outputs = plan.Logits.ToArray();
        float[] gradients = network.Parameters.Gradients.ToArray();
        NetworkPlan inference = network.PlanFor(Batch, training: false);
        inference.Forward();
        return (outputs, gradients, inference.Logits.ToArray());
    }

    private static Network NetworkOf(
        string selector, string example, IReadOnlyList<FusionRule>? fusions = null,
        ActivationMemory memory = ActivationMemory.Reused)
    {
        ComputeDevice device = TestDevices.Get(selector, apart: example);
        var network = new Network(device, GraphOf(example), seed: 2)
        {
            Fusions = fusions ?? FusionRules.All,
            Memory = memory,
        };
        NothingAtItsBeginning(network.Parameters);
        return network;
    }

    /// <summary>A scale of 1 or a bias of 0 hides mistakes.</summary>
    private static void NothingAtItsBeginning(Parameters parameters)
    {
        int seed = 10;
        foreach (Parameter parameter in parameters.All)
        {
            parameter.Value.CopyFrom(Randoms.Normal(parameter.Value.Length, seed++, scale: 0.7));
        }
    }

    private static NetworkGraph GraphOf(string example)
    {
        Shape input = LayerExamples.InputOf(example);
        Node x = Node.Input().Apply(new LearntInput { Batch = Batch });
        return new NetworkGraph(LayerChain.Follow(LayerExamples.SpecOf(example).Layers, x), input, name: example);
    }
}
