using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class BatchNormFoldTests
{
    private const float Epsilon = 1e-3f;

    public static TheoryData<string, (int[] Weight, bool Bias)> Cases => TestDevices.Times<(int[], bool)>(
    [
        ([5, 3, 7], true), ([64, 40, 4], false), ([1, 1, 1], true), ([17, 33], false), ([9], true),
        ([3, 1, 9_001], true),
    ]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void BatchNormFold_WeightAndBias_AreTheFormula(string selector, (int[] Weight, bool Bias) one)
    {
        var run = new Run(TestDevices.Get(selector), new Shape(one.Weight), one.Bias);

        run.Fold.Fold(
            run.Weight, one.Bias ? run.Bias : null, run.Gamma, run.Beta, run.Mean, run.Variance, run.FoldedWeight,
            run.FoldedBias);

        int length = run.Weight.Length / one.Weight[0];
        double[] scale = [.. run.Values["gamma"].Zip(
            run.Values["variance"], (gamma, variance) => gamma / Math.Sqrt(variance + Epsilon))];
        double[] bias = one.Bias ? run.Values["bias"].ToDouble() : new double[one.Weight[0]];
        Closeness.Close(
            "weight", run.FoldedWeight.ToArray().ToDouble(),
            [.. run.Values["weight"].Select((value, i) => value * scale[i / length])], 1e-6, one.Weight);
        Closeness.Close(
            "bias", run.FoldedBias.ToArray().ToDouble(),
            [.. scale.Select((by, k) => run.Values["beta"][k] + ((bias[k] - run.Values["mean"][k]) * by))], 1e-6,
            one.Weight[0]);
        Assert.Equal(run.Values["weight"], run.Weight.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void BatchNormFold_DenseLayerWithTheFoldedWeight_GivesWhatNormalisingItsOutputGives(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var layer = new DenseShape(6, 20, 5);
        var shape = new BatchNormShape(6, 5);
        var run = new Run(device, layer.Weight, bias: true);
        var dense = new Dense(device, layer);
        Tensor<float> x = device.Upload<float>(layer.Input, Randoms.Normal(layer.Input.Length, seed: 9));
        Tensor<float> hidden = device.Allocate<float>(layer.Output);
        Tensor<float> two = device.Allocate<float>(layer.Output);
        Tensor<float> one = device.Allocate<float>(layer.Output);

        dense.Forward(x, run.Weight, run.Bias, hidden);
        new BatchNorm1d(device, shape, epsilon: Epsilon).Infer(
            hidden, run.Gamma, run.Beta, run.Mean, run.Variance, device.Allocate<float>(shape.Statistics), two);
        // In place: the weight and the bias themselves.
        run.Fold.Fold(run.Weight, run.Bias, run.Gamma, run.Beta, run.Mean, run.Variance, run.Weight, run.Bias);
        dense.Forward(x, run.Weight, run.Bias, one);

        Near.All("y", two.ToArray(), one.ToArray(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void BatchNormFold_NotANumber_SpoilsItsFilterAlone(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var run = new Run(device, new Shape(4, 3), bias: true);
        run.Variance.CopyFrom([1, float.NaN, 1, 1]);

        run.Fold.Fold(
            run.Weight, run.Bias, run.Gamma, run.Beta, run.Mean, run.Variance, run.FoldedWeight, run.FoldedBias);

        Assert.Equal([false, true, false, false], run.FoldedBias.ToArray().Select(float.IsNaN));
        Assert.Equal(3, run.FoldedWeight.ToArray()[3..6].Count(float.IsNaN));
        Assert.Equal(3, run.FoldedWeight.ToArray().Count(float.IsNaN));
    }

    [Fact]
    public void BatchNormFold_NumbersOutsideTheirRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");

        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNormFold(device, new Shape(2, 3), 0));
        Assert.Throws<ArgumentException>(() => new BatchNormFold(device, new Shape(0, 3), Epsilon));
        var run = new Run(device, new Shape(4, 3), bias: true);
        Assert.Throws<ArgumentException>(() => run.Fold.Fold(
            run.Weight, run.Weight, run.Gamma, run.Beta, run.Mean, run.Variance, run.FoldedWeight, run.FoldedBias));
    }

    /// <summary>The operator with tensors of random values.</summary>
    private sealed class Run
    {
        private readonly ComputeDevice device;

        public Run(ComputeDevice device, Shape weight, bool bias)
        {
            this.device = device;
            int filters = weight[0];
            Fold = new BatchNormFold(device, weight, Epsilon);
            Weight = Upload("weight", weight, Randoms.Normal(weight.Length, seed: 1));
            Bias = Upload("bias", new Shape(filters), bias ? Randoms.Normal(filters, seed: 2) : new float[filters]);
            Gamma = Upload("gamma", new Shape(filters), Randoms.Normal(filters, seed: 3));
            Beta = Upload("beta", new Shape(filters), Randoms.Normal(filters, seed: 4));
            Mean = Upload("mean", new Shape(filters), Randoms.Normal(filters, seed: 5));
            Variance = Upload("variance", new Shape(filters), Array.ConvertAll(
                Randoms.Normal(filters, seed: 6), value => 0.5f + (value * value)));
            FoldedWeight = device.Allocate<float>(weight);
            FoldedBias = device.Allocate<float>(new Shape(filters));
        }

        public BatchNormFold Fold { get; }

        public Dictionary<string, float[]> Values { get; } = [];

        public Tensor<float> Weight { get; }

        public Tensor<float> Bias { get; }

        public Tensor<float> Gamma { get; }

        public Tensor<float> Beta { get; }

        public Tensor<float> Mean { get; }

        public Tensor<float> Variance { get; }

        public Tensor<float> FoldedWeight { get; }

        public Tensor<float> FoldedBias { get; }

        private Tensor<float> Upload(string name, Shape shape, float[] values)
        {
            Values[name] = values;
            return device.Upload<float>(shape, values);
        }
    }
}
