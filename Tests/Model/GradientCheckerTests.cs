// That the check of gradients finds what is wrong, and only that. That every layer passes it is a law of
// LayerLawsTests.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class GradientCheckerTests
{
    [Theory]
    [InlineData("article", 40, 100)]
    [InlineData("deep", 40, 100)]
    [InlineData("residual", 40, 48)]
    [InlineData("small", 40, 48)]
    [InlineData("tiny", 40, 48)]
    [InlineData("raw", 1, 2000)]
    public void Network_OfAPreset_HasTheGradientsOfFiniteDifferences(string name, int channels, int length)
    {
        NetworkSpec spec = NetworkPresets.Resolve(name).Create();
        var graph = new NetworkGraph(spec, new Shape(channels, length), 10);

        GradientCheckRow[] rows = Check(graph, new GradientCheckOptions { Elements = 8 });

        // Everything that is learnt, and the input of the first stage.
        Assert.Equal(
            graph.Tensors.Select(one => one.Name).Where(one => !one.Contains("running", StringComparison.Ordinal)).Order(),
            rows.Select(row => row.Tensor).Where(one => !one.StartsWith("input", StringComparison.Ordinal)).Order());
        Assert.Contains(rows, row => row.Tensor == $"input of {graph.Nodes[0].Name}");
        Assert.All(rows, row => Assert.True(row.Passed, $"{row} at {row.Place}"));
    }

    [Fact]
    public void Gradient_ThatLacksATerm_IsFoundWithItsPlace()
    {
        LayerTypes.Register<SlantedLayer>();
        var spec = NetworkSpec.Parse(
            """
            {"name": "wrong", "layers": [
              {"type": "conv1d", "filters": 4, "taps": 3}, {"type": "slanted"}, {"type": "flatten"}, {"type": "dense"}]}
            """);

        GradientCheckRow[] rows = Check(
            new NetworkGraph(spec, new Shape(3, 9), 2), new GradientCheckOptions { Elements = 0 });

        // The layer's own gradient is wrong; those before it are right for the gradient that they were given.
        GradientCheckRow wrong = Assert.Single(rows, row => !row.Passed);
        Assert.Equal("input of slanted1", wrong.Tensor);
        Assert.Equal(2.0 / 3, wrong.Gradient / wrong.Difference, 1e-5);
        Assert.Equal(1.0 / 3, wrong.RelativeError, 1e-5);
    }

    [Fact]
    public void Layer_OfAName_IsCheckedAlone()
    {
        NetworkGraph graph = Article();
        var options = new GradientCheckOptions { Elements = 1, Layer = "dense2" };

        Assert.All(Check(graph, options), row => Assert.Equal("dense2", row.Stage));
        NetworkSpecException refused = Assert.Throws<NetworkSpecException>(
            () => Check(graph, options with { Layer = "conv7" }));
        Assert.Contains("conv7", refused.Message, StringComparison.Ordinal);
        Assert.Contains("dense2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_WithoutAFormula_IsNamed()
    {
        LayerTypes.Register<LearntInput>();
        Node x = Node.Input().Apply(new LearntInput { Batch = 2 });
        var graph = new NetworkGraph(x.Flatten().Dense(2), new Shape(3, 4), name: "bare");

        NetworkSpecException refused = Assert.Throws<NetworkSpecException>(
            () => Check(graph, new GradientCheckOptions()));
        Assert.Contains("Formula", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_RunTwice_GivesTheSameRows() => Assert.Equal(
        Check(Article(), new GradientCheckOptions { Elements = 3 }),
        Check(Article(), new GradientCheckOptions { Elements = 3 }));

    private static NetworkGraph Article() =>
        new(NetworkPresets.Article(filters: 8, taps: 4), new Shape(10, 30), 5);

    private static GradientCheckRow[] Check(NetworkGraph graph, GradientCheckOptions options) =>
        [.. new GradientChecker(TestDevices.Get("cpu", apart: graph), graph, fused: true, options).Run()];
}

/// <summary>y = 3 x, whose author forgot one of three in the gradient.</summary>
[LayerType("slanted")]
public sealed record SlantedLayer : Layer
{
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    protected internal override double[] Formula(LayerFormula at) => Array.ConvertAll(at.X, x => 3 * x);

    protected internal override Stage Plan(StagePlan at) => new SlantedStage(at);

    private sealed class SlantedStage(StagePlan at) : Stage
    {
        public override void Forward() => at.Y.CopyFrom(Array.ConvertAll(at.X.ToArray(), x => 3 * x));

        public override void Backward() => at.DX!.CopyFrom(Array.ConvertAll(at.DY!.ToArray(), dY => 2 * dY));
    }
}
