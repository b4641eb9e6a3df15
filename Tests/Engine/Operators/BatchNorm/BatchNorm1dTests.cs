using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class BatchNorm1dTests
{
    private const double Epsilon = 1e-5;

    public static TheoryData<string, (BatchNormShape Shape, bool Relu)> Cases => TestDevices.Times(
        new BatchNormShape[]
        {
            new(5, 3, 7), new(4, 2, 33), new(16, 5), new(2, 2, 300), new(1, 3, 40), new(1, 2, 70),
        }.SelectMany(shape => new[] { (shape, false), (shape, true) }));

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void BatchNorm1d_Training_IsTheFormula(string selector, (BatchNormShape Shape, bool Relu) one)
    {
        var run = new Run(TestDevices.Get(selector), one.Shape, one.Relu, seed: 1);

        run.Train();

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(one.Shape, one.Relu, run.Inputs, null), 1e-5,
            one.Shape.Values.ToArray());
        (double[] mean, double[] variance) = Moments(one.Shape, run.Inputs[0]);
        double count = one.Shape.Batch * one.Shape.Length;
        Closeness.Close(
            "running mean", run.RunningMean.ToArray().ToDouble(),
            [.. run.MeanBefore.Zip(mean, (before, now) => (0.9 * before) + (0.1 * now))], 1e-6, one.Shape.Channels);
        Closeness.Close(
            "running variance", run.RunningVariance.ToArray().ToDouble(),
            [.. run.VarianceBefore.Zip(variance, (before, now) => (0.9 * before) + (0.1 * now * count / (count - 1)))],
            1e-6, one.Shape.Channels);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BatchNorm1d_Inference_TakesTheRunningStatistics(
        string selector, (BatchNormShape Shape, bool Relu) one)
    {
        var run = new Run(TestDevices.Get(selector), one.Shape, one.Relu, seed: 2);

        run.Infer();

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(one.Shape, one.Relu, run.Inputs, run.Before), 1e-5,
            one.Shape.Values.ToArray());
        Assert.Equal(run.MeanBefore, run.RunningMean.ToArray().ToDouble());
        Assert.Equal(run.VarianceBefore, run.RunningVariance.ToArray().ToDouble());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BatchNorm1d_GradientsOfTraining_MatchFiniteDifferences(
        string selector, (BatchNormShape Shape, bool Relu) one) => CheckGradients(selector, one, trained: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void BatchNorm1d_GradientsOfInference_MatchFiniteDifferences(
        string selector, (BatchNormShape Shape, bool Relu) one) => CheckGradients(selector, one, trained: false);

    [Theory]
    [MemberData(nameof(Devices))]
    public void BatchNorm1d_ParametersGradients_Accumulate_AndTheInputsMayTakeThePlaceOfTheOutputs(string selector)
    {
        var shape = new BatchNormShape(3, 2, 9);
        var run = new Run(TestDevices.Get(selector), shape, relu: true, seed: 3);
        run.Train();
        run.Backward(trained: true);
        float[] dX = run.DX.ToArray();
        float[] once = run.DGamma.ToArray();

        run.Norm.Backward(
            run.X, run.Gamma, run.Beta, run.Statistics, run.DY, run.DGamma, run.DBeta, dX: null);
        run.Norm.Backward(
            run.X, run.Gamma, run.Beta, run.Statistics, run.DY, run.DGamma, run.DBeta, run.DY);

        Assert.Equal(dX, run.DY.ToArray());
        Near.All("dGamma", Array.ConvertAll(once, value => 3 * value), run.DGamma.ToArray(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void BatchNorm1d_ValuesFarFromZero_KeepTheirVariance(string selector)
    {
        var shape = new BatchNormShape(8, 1, 64);
        float[] values = Array.ConvertAll(Randoms.Normal(shape.Values.Length, seed: 4), value => value + 10_000);
        var run = new Run(TestDevices.Get(selector), shape, relu: false, seed: 5, values);

        run.Train();

        // float32 tells values at 10,000 apart by 1e-3; squares less the squared mean would lose the variance whole.
        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, false, run.Inputs, null), 1e-3, shape.Values.ToArray());
        (_, double[] variance) = Moments(shape, run.Inputs[0]);
        double inverse = 1 / Math.Sqrt(variance[0] + Epsilon);
        Assert.Equal(inverse, run.Statistics.ToArray()[1], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void BatchNorm1d_OfOneValueAChannel_IsBeta(string selector)
    {
        var run = new Run(TestDevices.Get(selector), new BatchNormShape(1, 4), relu: false, seed: 6);

        run.Train();

        Assert.Equal(run.Beta.ToArray(), run.Y.ToArray());
        Assert.Equal(run.VarianceBefore, run.RunningVariance.ToArray().ToDouble());
    }

    [Fact]
    public void BatchNorm1d_AnyNumberOfWorkers_GivesTheSameBits() => SameBits.ForAnyNumberOfWorkers(device =>
    {
        var run = new Run(device, new BatchNormShape(7, 13, 50), relu: true, seed: 7);
        run.Train();
        run.Backward(trained: true);
        return [run.Y.ToArray(), run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
    });

    [Fact]
    public void BatchNorm1d_NumbersOutsideTheirRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new BatchNormShape(2, 3, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm1d(device, new BatchNormShape(2, 0, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm1d(device, shape, momentum: 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm1d(device, shape, epsilon: float.NaN));
    }

    private static void CheckGradients(string selector, (BatchNormShape Shape, bool Relu) one, bool trained)
    {
        var run = new Run(TestDevices.Get(selector), one.Shape, one.Relu, seed: 8);
        if (trained)
        {
            run.Train();
        }
        else
        {
            run.Infer();
        }

        run.Backward(trained);

        float[][] gradients = [run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
        for (int which = 0; which < gradients.Length; which++)
        {
            GradientCheck.Of(
                $"batch normalisation {one}",
                inputs => Reference(one.Shape, one.Relu, inputs, trained ? null : run.Before), run.Inputs, which,
                run.DY.ToArray().ToDouble(), gradients[which]);
        }
    }

    /// <summary>The contract, as it reads; the given moments, or those of x where there are none.</summary>
    private static double[] Reference(
        BatchNormShape shape, bool relu, double[][] inputs, (double[] Mean, double[] Variance)? given)
    {
        (double[] mean, double[] variance) = given ?? Moments(shape, inputs[0]);
        double[] y = new double[inputs[0].Length];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / shape.Length % shape.Channels;
            double h = (inputs[0][i] - mean[c]) / Math.Sqrt(variance[c] + Epsilon);
            double value = (inputs[1][c] * h) + inputs[2][c];
            y[i] = relu ? Math.Max(value, 0) : value;
        }

        return y;
    }

    private static (double[] Mean, double[] Variance) Moments(BatchNormShape shape, double[] x)
    {
        double[] mean = new double[shape.Channels];
        double[] variance = new double[shape.Channels];
        for (int c = 0; c < shape.Channels; c++)
        {
            double[] values = [.. x.Where((_, i) => i / shape.Length % shape.Channels == c)];
            mean[c] = values.Average();
            variance[c] = values.Average(value => (value - mean[c]) * (value - mean[c]));
        }

        return (mean, variance);
    }

    /// <summary>The operator with tensors of random values.</summary>
    private sealed class Run
    {
        public Run(ComputeDevice device, BatchNormShape shape, bool relu, int seed, float[]? values = null)
        {
            values ??= Randoms.Normal(shape.Values.Length, seed);
            float[] gamma = Array.ConvertAll(Randoms.Normal(shape.Channels, seed + 1), value => 1 + (value / 4));
            float[] beta = Randoms.Normal(shape.Channels, seed + 2);
            float[] mean = Randoms.Normal(shape.Channels, seed + 3);
            float[] variance = Array.ConvertAll(
                Randoms.Normal(shape.Channels, seed + 4), value => 0.5f + (value * value));
            Inputs = [values.ToDouble(), gamma.ToDouble(), beta.ToDouble()];
            MeanBefore = mean.ToDouble();
            VarianceBefore = variance.ToDouble();
            Norm = new BatchNorm1d(device, shape, relu);
            X = device.Upload<float>(shape.Values, values);
            Gamma = device.Upload<float>(shape.PerChannel, gamma);
            Beta = device.Upload<float>(shape.PerChannel, beta);
            RunningMean = device.Upload<float>(shape.PerChannel, mean);
            RunningVariance = device.Upload<float>(shape.PerChannel, variance);
            Statistics = device.Allocate<float>(shape.Statistics);
            Y = device.Allocate<float>(shape.Values);
            DY = device.Upload<float>(shape.Values, Randoms.Normal(shape.Values.Length, seed + 5));
            DX = device.Allocate<float>(shape.Values);
            DGamma = device.Allocate<float>(shape.PerChannel);
            DBeta = device.Allocate<float>(shape.PerChannel);
        }

        public BatchNorm1d Norm { get; }

        public double[][] Inputs { get; }

        public double[] MeanBefore { get; }

        public double[] VarianceBefore { get; }

        public (double[] Mean, double[] Variance) Before => (MeanBefore, VarianceBefore);

        public Tensor<float> X { get; }

        public Tensor<float> Gamma { get; }

        public Tensor<float> Beta { get; }

        public Tensor<float> RunningMean { get; }

        public Tensor<float> RunningVariance { get; }

        public Tensor<float> Statistics { get; }

        public Tensor<float> Y { get; }

        public Tensor<float> DY { get; }

        public Tensor<float> DX { get; }

        public Tensor<float> DGamma { get; }

        public Tensor<float> DBeta { get; }

        public void Train() => Norm.Train(X, Gamma, Beta, RunningMean, RunningVariance, Statistics, Y);

        public void Infer() => Norm.Infer(X, Gamma, Beta, RunningMean, RunningVariance, Statistics, Y);

        public void Backward(bool trained) =>
            Norm.Backward(X, Gamma, Beta, Statistics, DY, DGamma, DBeta, DX, trained);
    }
}
