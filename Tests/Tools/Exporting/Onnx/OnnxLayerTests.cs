// What holds of every layer: ONNX Runtime computes from its export what we compute. A layer without an Export fails
// here.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tests.Tools.Exporting.Onnx;

public sealed class OnnxLayerTests
{
    /// <summary>Pools whose last window reaches beyond, at each length modulo the stride.</summary>
    private static readonly string[] Pools =
    [
        """{"type":"max_pool1d","window":3,"stride":2,"padding":1,"ceil_mode":true}""",
        """{"type":"max_pool1d","window":2,"stride":3,"ceil_mode":true}""",
        """{"type":"average_pool1d","window":3,"stride":2,"padding":1,"ceil_mode":true}""",
        """{"type":"average_pool1d","window":4,"stride":3,"padding":2,"ceil_mode":true,"count_include_pad":false}""",
        """{"type":"average_pool1d","window":2,"stride":3,"padding":1,"ceil_mode":true}""",
        """{"type":"average_pool1d","window":5,"stride":2,"padding":2,"count_include_pad":false}""",
        """{"type":"average_pool1d","window":4,"stride":2,"padding":1}""",
    ];

    public static TheoryData<string> Examples => [.. LayerExamples.Names];

    public static TheoryData<string> PoolsOfAnyLength => [.. Pools];

    [SkippableTheory]
    [MemberData(nameof(Examples))]
    public void Layer_InOnnxRuntime_GivesOurNumbers(string example)
    {
        OnnxRuntime.Required();
        Shape input = LayerExamples.InputOf(example);
        Network network = NetworkOf(LayerExamples.SpecOf(example), input);
        using var theirs = new OnnxRuntime(FileOf(network, anyLength: false));
        foreach (int batch in new[] { 1, 3, 64 })
        {
            float[] x = Randoms.Normal(batch * input.Length, seed: batch);

            float[] got = theirs.Run("logits", x, [batch, .. input.ToArray().Select(one => (long)one)]);

            Near.All($"{example} of {batch}", Ours(network, x, batch), got, 1e-4);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Examples))]
    public void Layer_ThatTakesAnyLength_GivesOurNumbersAtEach(string example)
    {
        OnnxRuntime.Required();
        Shape input = LayerExamples.InputOf(example);
        NetworkSpec spec = LayerExamples.SpecOf(example);
        Network network = NetworkOf(spec, input);
        bool isFree = input.Rank == 2 && ExportGraph.Of(network).TakesAnyLength;
        Skip.IfNot(isFree, $"{example} takes clips of one length");
        using var theirs = new OnnxRuntime(FileOf(network, anyLength: true));
        foreach (int time in new[] { input[1], input[1] + 1, input[1] + 2, 3 * input[1] })
        {
            Network longer = NetworkOf(spec, new Shape(input[0], time));
            float[] x = Randoms.Normal(3 * input[0] * time, seed: time);

            Near.All(
                $"{example} of {time}", Ours(longer, x, 3), theirs.Run("logits", x, 3, input[0], time), 1e-4);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(PoolsOfAnyLength))]
    public void Pool_OfEveryLength_GivesOurNumbers(string pool)
    {
        OnnxRuntime.Required();
        NetworkSpec spec = NetworkSpec.Parse($$"""{"name":"pool","layers":[{{pool}}]}""");
        using var free = new OnnxRuntime(FileOf(NetworkOf(spec, new Shape(2, 9)), anyLength: true));
        for (int time = 5; time < 18; time++)
        {
            Network network = NetworkOf(spec, new Shape(2, time));
            float[] x = Randoms.Normal(3 * 2 * time, seed: time);
            float[] ours = Ours(network, x, 3);
            using var given = new OnnxRuntime(FileOf(network, anyLength: false));

            Near.All($"{pool} of {time}", ours, given.Run("logits", x, 3, 2, time));
            Near.All($"{pool} of {time}, free", ours, free.Run("logits", x, 3, 2, time));
        }
    }

    [Fact]
    public void Layer_WithoutExport_IsNamed()
    {
        Node x = Node.Input().Apply(new LearntInput { Batch = 1 });
        var network = new Network(TestDevices.Get("cpu"), new NetworkGraph(x, new Shape(2, 3), name: "own"));

        var error = Assert.Throws<ExportException>(() => ExportGraph.Of(network));

        Assert.Contains("learnt", error.Message, StringComparison.Ordinal);
    }

    internal static Network NetworkOf(NetworkSpec spec, Shape input)
    {
        var graph = new NetworkGraph(LayerChain.Follow(spec.Layers, Node.Input()), input, name: spec.Name);
        var network = new Network(TestDevices.Get("cpu"), graph, seed: 2);
        LikeTrained(network);
        return network;
    }

    /// <summary>Weights, scales and running statistics that hide no mistake.</summary>
    internal static void LikeTrained(Network network)
    {
        int seed = 10;
        foreach (Parameter parameter in network.Parameters.All)
        {
            float[] values = parameter.Value.ToArray();
            float[] noise = Randoms.Normal(values.Length, seed++, scale: 0.3);
            bool isOne = values.All(value => value == 1);
            bool isZero = values.All(value => value == 0);
            parameter.Value.CopyFrom(
                Array.ConvertAll([.. values.Zip(noise)], pair => isOne || isZero
                    ? pair.First + pair.Second
                    : pair.First * (1 + pair.Second)));
        }

        foreach (NetworkState state in network.Parameters.States)
        {
            bool isVariance = state.Value.ToArray().All(value => value == 1);
            float[] noise = Randoms.Normal(state.Value.Length, seed++, scale: 0.3);
            state.Value.CopyFrom(Array.ConvertAll(noise, value => isVariance ? MathF.Exp(value) : value));
        }
    }

    internal static float[] Ours(Network network, float[] x, int batch)
    {
        NetworkPlan plan = network.PlanFor(batch, training: false);
        plan.Input.CopyFrom(x);
        plan.Forward();
        return plan.Logits.ToArray();
    }

    private static ModelProto FileOf(Network network, bool anyLength)
    {
        ExportGraph graph = BatchNormFolding.Apply(ExportGraph.Of(network));
        var onnx = new OnnxGraph("layer", "A layer.");
        OnnxDimension[] shape = graph.Input.IsOverTime
            ? ["batch", graph.Input.Channels, anyLength ? "frames" : graph.Input.Time]
            : ["batch", graph.Input.Channels];
        string x = onnx.Input("features", "Its input.", shape);
        string y = onnx.Reserve("logits");
        OnnxNetwork.Write(onnx, graph, x, y, anyLength);
        onnx.Output(
            y, "Its output.",
            [
                "batch",
                .. graph.Output.Shape.ToArray().Select((one, axis) =>
                    axis == 1 && anyLength ? (OnnxDimension)"steps" : one),
            ]);
        return OnnxModels.Whole(onnx, []);
    }
}
