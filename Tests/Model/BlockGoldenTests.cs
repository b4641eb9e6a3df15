// Blocks of layers beside PyTorch: a golden file holds the layers as a network file has them, the input, every
// parameter by its name here, the output, and the gradients of all for one upstream gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class BlockGoldenTests
{
    private const double Tolerance = 3e-5;

    public static TheoryData<string, string> Cases => TestDevices.TimesGolden("block-");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Block_ForwardAndBackward_MatchPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        GoldenTensor<float> input = golden.Floats("input");
        int batch = input.Shape[0];
        NetworkSpec spec = NetworkSpec.Parse(
            $$"""{"name":"block","layers":{{golden.Config.GetProperty("layers").GetRawText()}}}""");
        Node x = Node.Input().Apply(new LearntInput { Batch = batch });
        var graph = new NetworkGraph(LayerChain.Follow(spec.Layers, x), new Shape(input.Shape.AsSpan(1)));
        var network = new Network(device, graph);
        foreach (Parameter parameter in network.Parameters.All)
        {
            parameter.Value.CopyFrom(golden.Floats(NameIn(parameter)).Values);
        }

        NetworkPlan plan = network.PlanFor(batch, training: true);
        network.Progress.Advance();
        plan.Forward();
        float[] output = plan.Logits.ToArray();
        plan.LogitsGradient.CopyFrom(golden.Floats("grad_output").Values);
        plan.Backward();

        Closeness.CloseToScale(golden.Floats("output"), output, Tolerance);
        foreach (Parameter parameter in network.Parameters.All)
        {
            Closeness.CloseToScale(
                golden.Floats($"grad_{NameIn(parameter)}"), parameter.Gradient!.ToArray(), Tolerance);
        }
    }

    private static string NameIn(Parameter parameter) => parameter.Name == LearntInput.Value ? "input" : parameter.Name;
}
