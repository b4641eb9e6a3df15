using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Explanations;
using NativeCnn.Model.Formats;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>What <c>explain</c> says of a number adds up, on every device, and to what the device made of it.</summary>
public sealed class ExplainerTests
{
    private const int Batch = 3;

    /// <summary>Every network on the processor; elsewhere, where a launch takes long, the article's.</summary>
    public static TheoryData<string, string> Networks
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string selector in TestDevices.Selectors)
            {
                rows.Add(selector, "article");
                if (selector == "cpu")
                {
                    rows.Add(selector, "deep");
                    rows.Add(selector, "residual");
                    rows.Add(selector, "small");
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradient_OfAnyParameter_IsTheSumOfItsTermsAndTheSlopeOfTheLoss(string selector, string name)
    {
        using ComputeDevice device = DeviceCatalog.Open(selector);
        NetworkSpec spec = name == "article"
            ? NetworkPresets.Article(filters: 8, taps: 4)
            : NetworkPresets.Resolve(name).Create();
        StepCapsule capsule = StepCapture.OfNetwork(device, spec, new Shape(16, 24), 5, Batch, seed: 3);
        var explainer = new Explainer(device, capsule, name == "article" ? null : TimeSpan.Zero);
        StepTensor[] gradients = [.. capsule.Computed.Where(one => capsule.Given.ContainsKey(Parameter(one)))];

        Assert.NotEmpty(gradients);
        foreach (StepTensor gradient in gradients)
        {
            // The element with the largest gradient: one that surely takes part.
            int index = Array.IndexOf(gradient.Values, gradient.Values.MaxBy(Math.Abs));
            string place = Parameter(gradient) + Coordinates.Of(gradient.Shape, index);

            Explanation one = explainer.Explain(place);

            Assert.Equal(place, one.Name);
            AssertAddsUp(one);
            if (name == "article")
            {
                Assert.True(one.Order?.Sum == one.Gradient, $"{place}: {one.Order?.Sum}, {one.Gradient}: {one.Order?.Reason}");
            }

            Assert.InRange(UnitsInLastPlace.Between((float)one.Update[^1].Value, one.NewValue!.Value), 0, 4);
        }

        static string Parameter(StepTensor one) => one.Name.Replace("gradient of ", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Weight_OfAConvolution_MeetsTheInputOfItsTap()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        StepCapsule capsule = StepCapture.OfNetwork(
            device, NetworkPresets.Article(filters: 8, taps: 4), new Shape(10, 20), 5, Batch, seed: 1);
        float[] input = capsule.Given["input"].AsFloat32().ToArray();

        Explanation one = new Explainer(device, capsule).Explain("conv1.weight[3, 7, 2]");

        // 17 outputs of a clip: y[b, 3, l] has weight[3, 7, 2] x[b, 7, l + 2].
        Assert.Equal(Batch * 17, one.Terms.Count);
        for (int i = 0; i < one.Terms.Count; i++)
        {
            (int b, int l) = (i / 17, i % 17);
            Assert.Equal($"conv1[{b},3,{l}]", one.Terms[i].Output);
            Assert.Equal(input[(((b * 10) + 7) * 20) + l + 2], one.Terms[i].Factor, 1e-9);
        }
    }

    /// <summary>A value with two users has the terms of both.</summary>
    [Fact]
    public void Output_OfALayer_HasTheTermsOfAllThatUseIt()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        NetworkSpec spec = NetworkPresets.Resolve("residual").Create();
        StepCapsule capsule = StepCapture.OfNetwork(device, spec, new Shape(16, 24), 5, Batch, seed: 2);
        var graph = new NetworkGraph(spec, new Shape(16, 24), 5);
        GraphNode shared = graph.Nodes.First(node => graph.Nodes.Count(other => other.Inputs.Contains(node)) > 1);

        Explanation one = new Explainer(device, capsule).Explain($"{shared.Name}[0,1,5]");

        Assert.True(one.Terms.Select(term => term.Output.Split('[')[0]).Distinct().Count() > 1);
        Assert.Contains(one.Terms, term => term.Product != 0);
        AssertAddsUp(one);
        Assert.Null(one.NewValue);
    }

    /// <summary>Flattening computes nothing: what comes after it has the terms.</summary>
    [Fact]
    public void Output_BeforeALayerThatComputesNothing_HasTheTermsOfTheOneAfter()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        StepCapsule capsule = StepCapture.OfNetwork(
            device, NetworkPresets.Article(filters: 8, taps: 4), new Shape(10, 20), 5, Batch, seed: 1);

        Explanation one = new Explainer(device, capsule, TimeSpan.Zero).Explain("pool1[0,1,2]");

        Assert.NotEmpty(one.Terms);
        Assert.All(one.Terms, term => Assert.StartsWith("dense1[0,", term.Output, StringComparison.Ordinal));
        AssertAddsUp(one);
    }

    /// <summary>What a layer tells of an output ends in the output, and in what it keeps.</summary>
    [Theory]
    [InlineData("batch_norm1d", "", "y")]
    [InlineData("group_norm", ""","groups":2""", "y")]
    [InlineData("layer_norm", "", "y")]
    [InlineData("dropout", ""","rate":0.5""", "y")]
    [InlineData("channel_dropout", ""","rate":0.5""", "y")]
    [InlineData("stochastic_depth", ""","rate":0.5""", "y")]
    [InlineData("max_pool1d", ""","window":3,"stride":2""", "y")]
    public void Output_OfALayerWithMoreToTell_ComesAboutAsItsLinesSay(string type, string settings, string last)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        NetworkSpec spec = NetworkSpec.Parse(
            $$"""
            {"name":"told","layers":[{"type":"conv1d","filters":4,"taps":3},{"type":"{{type}}"{{settings}},"as":"told"},
            {"type":"flatten"},{"type":"dense","outputs":5}]}
            """);
        var explainer = new Explainer(
            device, StepCapture.OfNetwork(device, spec, new Shape(3, 11), 5, Batch, seed: 2), TimeSpan.Zero);
        string name = explainer.Names.First(one => !one.StartsWith("conv", StringComparison.Ordinal));
        foreach (string place in new[] { "[0,0,0]", "[1,3,2]", "[2,1,1]" })
        {
            Explanation one = explainer.Explain(name + place);

            double told = one.Forward.Single(line => line.Name == last).Value;
            Assert.Equal(one.Value, told, 1e-5 * Math.Max(1, Math.Abs(told)));
        }
    }

    [Fact]
    public void Loss_OfEveryClip_IsToldWithTheGradientsOfItsAnswers()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        StepCapsule capsule = StepCapture.OfNetwork(
            device, NetworkPresets.Article(filters: 8, taps: 4), new Shape(10, 20), 5, Batch, seed: 1);
        var explainer = new Explainer(device, capsule, TimeSpan.Zero);
        Explanation[] losses = [.. Enumerable.Range(0, Batch).Select(clip => explainer.Explain($"loss[{clip}]"))];

        float[] gradients = capsule.Computed.Single(one => one.Name == "gradient of logits").Values;
        double loss = capsule.Computed.Single(one => one.Name == "loss").Values[0];
        Assert.Equal(loss, losses.Average(one => one.Value), 1e-6);
        for (int clip = 0; clip < Batch; clip++)
        {
            for (int c = 0; c < 5; c++)
            {
                Assert.Equal(
                    gradients[(clip * 5) + c],
                    losses[clip].Forward.Single(line => line.Name == $"g[{c}]").Value, 1e-6);
            }
        }

        Explanation answer = explainer.Explain("dense2[1,3]");
        Assert.Equal(gradients[5 + 3], answer.Gradient!.Value);
        Assert.Equal(answer.Gradient.Value, answer.Sum, 1e-6);
    }

    private static void AssertAddsUp(Explanation one)
    {
        double magnitude = one.Terms.Sum(term => Math.Abs(term.Product));
        Assert.True(
            Math.Abs(one.Sum - one.Gradient!.Value) <= 1e-5 * magnitude, $"{one.Name}: {one.Sum}, {one.Gradient}");
        Assert.True(
            Math.Abs(one.Sum - one.LossDifference!.Value) <= 2e-5 * magnitude,
            $"{one.Name}: {one.Sum}, {one.LossDifference}");
    }

    public static TheoryData<string> LayersAtWork => [.. LayerExamples.Names];

    /// <summary>Of every layer type: the sum is the device's to the bit, or it is said why it is not.</summary>
    [Theory]
    [MemberData(nameof(LayersAtWork))]
    public void Number_OfAnyLayerType_AddsUp(string example)
    {
        NetworkSpec layers = LayerExamples.SpecOf(example);
        NetworkSpec spec = layers with { Layers = [.. layers.Layers, new FlattenLayer(), new DenseLayer()] };
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        StepCapsule capsule = StepCapture.OfNetwork(
            device, spec, LayerExamples.InputOf(example), 3, Batch, seed: 5);
        var explainer = new Explainer(device, capsule, TimeSpan.FromSeconds(5));
        StepTensor[] all =
        [
            .. capsule.Computed.Where(one => capsule.Given.ContainsKey(Named(one))),
            .. explainer.Names.Select(name => capsule.Computed.FirstOrDefault(one => one.Name == $"gradient of {name}"))
                .OfType<StepTensor>(),
        ];

        Assert.NotEmpty(all);
        foreach (StepTensor gradient in all)
        {
            int index = Array.IndexOf(gradient.Values, gradient.Values.MaxBy(Math.Abs));

            Explanation one = explainer.Explain(Named(gradient) + Coordinates.Of(gradient.Shape, index));

            double magnitude = one.Terms.Sum(term => Math.Abs(term.Product));
            Assert.True(
                Math.Abs(one.Sum - one.Gradient!.Value) <= 1e-5 * magnitude, $"{one.Name}: {one.Sum}, {one.Gradient}");
            Assert.DoesNotContain("gradcheck", one.Order!.Reason, StringComparison.Ordinal);
            Assert.True(
                one.Order.Sum is null || UnitsInLastPlace.Between(one.Order.Sum.Value, one.Gradient.Value) < 8,
                $"{one.Name}: {one.Order.Sum}, {one.Gradient}: {one.Order.Reason}");
        }

        static string Named(StepTensor one) => one.Name.Replace("gradient of ", "", StringComparison.Ordinal);
    }

    /// <summary>A derivative that is wrong on the device is caught, located, and seen in its terms.</summary>
    [Fact]
    public void Derivative_ThatIsBrokenAfterwards_IsCaughtLocatedAndSeenInItsTerms()
    {
        LayerTypes.Register<BreakableLayer>();
        var spec = NetworkSpec.Parse(
            """
            {"name": "broken", "layers": [
              {"type": "conv1d", "filters": 4, "taps": 3}, {"type": "breakable"}, {"type": "flatten"},
              {"type": "dense"}]}
            """);
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        StepCapsule capsule = StepCapture.OfNetwork(device, spec, new Shape(3, 9), 2, Batch, seed: 1);
        Explanation right = new Explainer(device, capsule).Explain("conv1[1,2,3]");
        BreakableLayer.Kept = 2;
        try
        {
            GradientCheckRow[] rows =
            [
                .. new GradientChecker(
                    device, new NetworkGraph(spec, new Shape(3, 9), 2), fused: true, new GradientCheckOptions()).Run(),
            ];
            var replay = StepReplay.Of(device, capsule, fused: true);
            Explanation broken = new Explainer(device, capsule).Explain("conv1[1,2,3]");

            Assert.Equal("input of breakable1", Assert.Single(rows, row => !row.Passed).Tensor);
            Assert.Equal("gradient of conv1", replay.First?.Tensor);
            ExplainedTerm term = Assert.Single(broken.Terms);
            Assert.Equal("breakable1[1,2,3]", term.Output);
            Assert.Equal(3, term.Factor, 1e-6);
            Assert.Equal(2, broken.Gradient!.Value / term.Upstream, 1e-6);
            Assert.Contains("gradcheck", broken.Order!.Reason, StringComparison.Ordinal);
        }
        finally
        {
            BreakableLayer.Kept = 3;
        }

        AssertAddsUp(right);
        Assert.Equal(right.Gradient, right.Order?.Sum);
    }

    public static TheoryData<string, int> Optimizers => new()
    {
        { """{"type":"adam","weight_decay":0.1}""", 1 }, { """{"type":"adamw","weight_decay":0.1}""", 7 },
        { """{"type":"sgd","momentum":0}""", 1 }, { """{"type":"sgd","weight_decay":0.1,"dampening":0.5}""", 1 },
        { """{"type":"sgd","nesterov":true}""", 4 }, { """{"type":"rmsprop","centered":true,"momentum":0.9}""", 4 },
        { """{"type":"rmsprop","weight_decay":0.1}""", 2 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Update_OfEveryOptimiser_IsTheDevices(string json, int step)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        OptimizerOptions options = System.Text.Json.JsonSerializer.Deserialize<TrainingOptions>(
            $$"""{"optimizer":{{json}}}""", NativeCnn.Features.Json.StrictJson.Options)!.Optimizer;
        Tensor<float> values = device.Upload<float>(new Shape(1), [0.7f]);
        Tensor<float> gradients = device.Upload<float>(new Shape(1), [-0.3f]);
        var progress = new NativeCnn.Engine.Operators.TrainingProgress(device);
        IOptimizer optimizer = options.Create(device, values, gradients, progress);
        foreach ((string _, Tensor<float> state) in optimizer.State)
        {
            state.CopyFrom([step == 1 ? 0 : 0.09f]);
        }

        IReadOnlyList<FormulaLine> lines = options.Explain(new UpdatePoint(
            0.7f, -0.3f, 0.01f, step,
            optimizer.State.ToDictionary(one => one.Name, one => (double)one.Value.ToArray()[0])));
        progress.SetStep(step);
        progress.SetLearningRate(0.01f);
        optimizer.Step();

        Assert.Equal("new p", lines[^1].Name);
        Assert.InRange(UnitsInLastPlace.Between((float)lines[^1].Value, values.ToArray()[0]), 0, 4);
    }

    [Theory]
    [InlineData("conv1.weight", "names no number")]
    [InlineData("conv1.wight[0,0,0]", "conv1.weight")]
    [InlineData("conv1.weight[8,0,0]", "from 0")]
    [InlineData("conv1.weight[0,0]", "3 numbers")]
    [InlineData("loss[9]", "from 0")]
    [InlineData("flatten1[0,0]", "computes nothing")]
    public void Number_ThatIsNotThere_IsRefusedWithWhatIs(string place, string told)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", workers: 1);
        var explainer = new Explainer(device, StepCapture.OfNetwork(
            device, NetworkPresets.Article(filters: 8, taps: 4), new Shape(10, 20), 5, 2, seed: 1));

        NetworkSpecException refused = Assert.Throws<NetworkSpecException>(() => explainer.Explain(place));
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }
}

/// <summary>y = 3 x; a test can make the device forget one of three in the gradient.</summary>
[LayerType("breakable")]
public sealed record BreakableLayer : Layer
{
    /// <summary>What the gradient is multiplied by; 3 is right.</summary>
    internal static float Kept { get; set; } = 3;

    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    protected internal override double[] Formula(LayerFormula at) => Array.ConvertAll(at.X, x => 3 * x);

    protected internal override Stage Plan(StagePlan at) => new BreakableStage(at);

    private sealed class BreakableStage(StagePlan at) : Stage
    {
        public override void Forward() => at.Y.CopyFrom(Array.ConvertAll(at.X.ToArray(), x => 3 * x));

        public override void Backward() => at.DX!.CopyFrom(Array.ConvertAll(at.DY!.ToArray(), dY => Kept * dY));
    }
}
