using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    public static TheoryData<string, LayerNormShape> Shapes => TestDevices.Times<LayerNormShape>(
    [
        new(3, 6, 7), new(2, 4, 33), new(5, 12), new(3, 70), new(2, 1, 40), new(1, 67, 5), new(1, 8, 300),
    ]);

    // One time step has bodies of its own.
    public static TheoryData<string, int> Lengths => TestDevices.Times([1, 19]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LayerNorm_Forward_IsTheFormula(string selector, LayerNormShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape, seed: 1);

        run.Forward();

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, run.Inputs), 1e-5, shape.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LayerNorm_Gradients_MatchFiniteDifferences(string selector, LayerNormShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape, seed: 2);
        double[] upstream = run.DY.ToArray().ToDouble();

        run.Forward();
        run.Backward(run.DX);

        float[][] gradients = [run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
        for (int which = 0; which < gradients.Length; which++)
        {
            GradientCheck.Of(
                $"layer normalisation {shape}", inputs => Reference(shape, inputs), run.Inputs, which, upstream,
                gradients[which]);
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void LayerNorm_LongClipsOfManyChannels_AreTheFormulaAndTheGradientOfTheHost(string selector)
    {
        // More channels than a block of a sum, more time steps than a tile.
        var shape = new LayerNormShape(2, 140, 301);
        var run = new Run(TestDevices.Get(selector), shape, seed: 3);
        var host = new Run(TestDevices.Get("cpu"), shape, seed: 3);

        foreach (Run one in (Run[])[run, host])
        {
            one.Forward();
            one.Backward(one.DX);
        }

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, run.Inputs), 1e-5, shape.Values.ToArray());
        Near.All("statistics", host.Statistics.ToArray(), run.Statistics.ToArray(), 1e-5);
        Near.All("dX", host.DX.ToArray(), run.DX.ToArray(), 1e-5);
        Near.All("dGamma", host.DGamma.ToArray(), run.DGamma.ToArray(), 1e-3);
        Near.All("dBeta", host.DBeta.ToArray(), run.DBeta.ToArray(), 1e-3);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_ParametersGradients_Accumulate_AndTheInputsMayTakeThePlaceOfTheOutputs(
        string selector, int length)
    {
        var shape = new LayerNormShape(3, 4, length);
        var run = new Run(TestDevices.Get(selector), shape, seed: 4);
        run.Forward();
        run.Backward(run.DX);
        float[] y = run.Y.ToArray();
        float[] dX = run.DX.ToArray();
        float[] dGamma = run.DGamma.ToArray();
        float[] dBeta = run.DBeta.ToArray();

        run.Backward(dX: null);
        run.Backward(run.DY);
        run.Norm.Forward(run.X, run.Gamma, run.Beta, run.Statistics, run.X);

        Assert.Equal(dX, run.DY.ToArray());
        Assert.Equal(y, run.X.ToArray());
        Near.All("dGamma", Array.ConvertAll(dGamma, value => 3 * value), run.DGamma.ToArray(), 1e-5);
        Near.All("dBeta", Array.ConvertAll(dBeta, value => 3 * value), run.DBeta.ToArray(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_ValuesFarFromZero_KeepTheirVariance(string selector, int length)
    {
        var shape = new LayerNormShape(2, 128, length);
        float[] values = Array.ConvertAll(Randoms.Normal(shape.Values.Length, seed: 5), value => value + 10_000);
        var run = new Run(TestDevices.Get(selector), shape, seed: 6, values);

        run.Forward();

        // float32 tells values at 10,000 apart by 1e-3; squares less the squared mean would lose the variance whole.
        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, run.Inputs), 2e-3, shape.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_NotANumber_SpoilsItsTimeStepAlone(string selector, int length)
    {
        var shape = new LayerNormShape(2, 40, length);
        float[] values = Randoms.Normal(shape.Values.Length, seed: 7);
        values[(3 * length) + (length / 2)] = float.NaN;
        var run = new Run(TestDevices.Get(selector), shape, seed: 8, values);

        run.Forward();
        run.Backward(run.DX);

        foreach (Tensor<float> result in (Tensor<float>[])[run.Y, run.DX])
        {
            Assert.All(result.ToArray().Select((value, i) => (value, i)), one =>
                Assert.Equal(one.i < 40 * length && one.i % length == length / 2, float.IsNaN(one.value)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void LayerNorm_AnyNumberOfWorkers_GivesTheSameBits(int length)
    {
        float[][] results = [.. new[] { 1, 2, 3 }.Select(workers =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers);
            var run = new Run(device, new LayerNormShape(length == 1 ? 900 : 7, 24, length), seed: 9);
            run.Forward();
            run.Backward(run.DX);
            float[] all = [.. run.Y.ToArray(), .. run.DX.ToArray(), .. run.DGamma.ToArray(), .. run.DBeta.ToArray()];
            return all;
        })];

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void LayerNorm_NumbersOutsideTheirRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new LayerNormShape(2, 4, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(device, shape, float.NaN));
        Assert.Equal(
            "a layer normalisation's channels must be at least 1, 0 came",
            Assert.Throws<ArgumentException>((shape with { Channels = 0 }).Validate).Message);
        var run = new Run(device, shape, seed: 10);
        Assert.Throws<ArgumentException>(
            () => run.Norm.Forward(run.X, run.Gamma, run.Beta, run.Gamma, run.Y));
    }

    /// <summary>The contract, as it reads.</summary>
    private static double[] Reference(LayerNormShape shape, double[][] inputs)
    {
        double[] y = new double[inputs[0].Length];
        for (int step = 0; step < shape.Batch * shape.Length; step++)
        {
            int start = (step / shape.Length * shape.Channels * shape.Length) + (step % shape.Length);
            double[] values = new double[shape.Channels];
            for (int c = 0; c < values.Length; c++)
            {
                values[c] = inputs[0][start + (c * shape.Length)];
            }

            double mean = values.Average();
            double variance = values.Average(value => (value - mean) * (value - mean));
            for (int c = 0; c < values.Length; c++)
            {
                double h = (values[c] - mean) / Math.Sqrt(variance + Epsilon);
                y[start + (c * shape.Length)] = (inputs[1][c] * h) + inputs[2][c];
            }
        }

        return y;
    }

    /// <summary>The operator with tensors of random values.</summary>
    private sealed class Run
    {
        public Run(ComputeDevice device, LayerNormShape shape, int seed, float[]? values = null)
        {
            values ??= Randoms.Normal(shape.Values.Length, seed);
            float[] gamma = Array.ConvertAll(Randoms.Normal(shape.Channels, seed + 1), value => 1 + (value / 4));
            float[] beta = Randoms.Normal(shape.Channels, seed + 2);
            Inputs = [values.ToDouble(), gamma.ToDouble(), beta.ToDouble()];
            Norm = new LayerNorm(device, shape, Epsilon);
            X = device.Upload<float>(shape.Values, values);
            Gamma = device.Upload<float>(shape.PerChannel, gamma);
            Beta = device.Upload<float>(shape.PerChannel, beta);
            Statistics = device.Allocate<float>(shape.Statistics);
            Y = device.Allocate<float>(shape.Values);
            DY = device.Upload<float>(shape.Values, Randoms.Normal(shape.Values.Length, seed + 3));
            DX = device.Allocate<float>(shape.Values);
            DGamma = device.Allocate<float>(shape.PerChannel);
            DBeta = device.Allocate<float>(shape.PerChannel);
        }

        public LayerNorm Norm { get; }

        public double[][] Inputs { get; }

        public Tensor<float> X { get; }

        public Tensor<float> Gamma { get; }

        public Tensor<float> Beta { get; }

        public Tensor<float> Statistics { get; }

        public Tensor<float> Y { get; }

        public Tensor<float> DY { get; }

        public Tensor<float> DX { get; }

        public Tensor<float> DGamma { get; }

        public Tensor<float> DBeta { get; }

        public void Forward() => Norm.Forward(X, Gamma, Beta, Statistics, Y);

        public void Backward(Tensor<float>? dX) => Norm.Backward(X, Gamma, Statistics, DY, DGamma, DBeta, dX);
    }
}
