// What holds of every layer: a layer type is tested here by its example alone, and fails without one.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Json;
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
        Network network = NetworkOf(selector, example);
        NetworkPlan plan = network.PlanFor(Batch, training: true);
        float[] upstream = Randoms.Normal(plan.Logits.Length, seed: 4);
        network.Progress.Advance();
        plan.Forward();
        plan.LogitsGradient.CopyFrom(upstream);
        plan.Backward();

        // A launch costs the simulator more than all that the host computes here.
        int points = network.Device.IsHost ? 30 : 4;
        int smooth = 0;
        int all = 0;
        foreach (Parameter parameter in network.Parameters.All)
        {
            float[] gradient = parameter.Gradient!.ToArray();
            float[] values = parameter.Value.ToArray();
            // Differences of float32 outputs: a long step and three digits are what they can tell.
            const float Step = 4e-3f;
            double here = LossAt(values, 0, values[0]);
            for (int i = 0; i < values.Length; i += 1 + (values.Length / points))
            {
                float kept = values[i];
                double right = (LossAt(values, i, kept + Step) - here) / Step;
                double left = (here - LossAt(values, i, kept - Step)) / Step;
                values[i] = kept;
                double numeric = (left + right) / 2;
                all++;
                if (Math.Abs(right - left) > 0.1 * Math.Max(1, Math.Abs(numeric)))
                {
                    continue; // A kink of a ReLU or a maximum between the two points.
                }

                smooth++;
                Assert.True(
                    Math.Abs(gradient[i] - numeric) < 4e-3 * Math.Max(1, Math.Abs(numeric)),
                    $"{parameter.Name}[{i}]: {gradient[i]}, finite differences give {numeric}");
            }

            parameter.Value.CopyFrom(values);

            double LossAt(float[] values, int i, float value)
            {
                values[i] = value;
                parameter.Value.CopyFrom(values);
                plan.Forward();
                return plan.Logits.ToArray().Zip(upstream, (logit, weight) => (double)logit * weight).Sum();
            }
        }

        Assert.True(smooth >= 0.8 * all, $"only {smooth} of {all} points are away from kinks");
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
        int seed = 10;
        foreach (Parameter parameter in network.Parameters.All)
        {
            // Nothing at its usual beginning: a scale of 1 or a bias of 0 hides mistakes.
            float[] values = Randoms.Normal(parameter.Value.Length, seed++);
            parameter.Value.CopyFrom(Array.ConvertAll(values, value => value * 0.7f));
        }

        return network;
    }

    private static NetworkGraph GraphOf(string example)
    {
        Shape input = LayerExamples.InputOf(example);
        Node x = Node.Input().Apply(new LearntInput { Batch = Batch });
        return new NetworkGraph(LayerChain.Follow(LayerExamples.SpecOf(example).Layers, x), input, name: example);
    }
}
