using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class GroupNormTests
{
    private const float Epsilon = 1e-5f;

    public static TheoryData<string, GroupNormShape> Shapes => TestDevices.Times<GroupNormShape>(
    [
        new(3, 6, 7, 2), new(2, 4, 33, 1), new(5, 12, 1, 3), new(2, 3, 40, 3), new(1, 1, 5, 1), new(2, 2, 300, 2),
        new(70, 17, 2, 1), // More clips than a block of a sum over clips, more channels than a vector.
    ]);

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GroupNorm_Forward_IsTheFormula(string selector, GroupNormShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape, seed: 1);

        run.Forward();

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, run.Inputs), 1e-5, shape.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GroupNorm_Gradients_MatchFiniteDifferences(string selector, GroupNormShape shape)
    {
        var run = new Run(TestDevices.Get(selector), shape, seed: 2);
        double[] upstream = run.DY.ToArray().ToDouble();

        run.Forward();
        run.Backward(run.DX);

        float[][] gradients = [run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
        for (int which = 0; which < gradients.Length; which++)
        {
            GradientCheck.Of(
                $"group normalisation {shape}", inputs => Reference(shape, inputs), run.Inputs, which, upstream,
                gradients[which]);
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_LongGroups_AreTheFormulaAndTheGradientOfTheHost(string selector)
    {
        // More values than a block of any body: 3 rows of 6,001.
        var shape = new GroupNormShape(2, 6, 6_001, 2);
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
    [MemberData(nameof(Devices))]
    public void GroupNorm_ParametersGradients_Accumulate_AndTheInputsMayTakeThePlaceOfTheOutputs(string selector)
    {
        var shape = new GroupNormShape(3, 4, 19, 2);
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
    [MemberData(nameof(Devices))]
    public void GroupNorm_ValuesFarFromZero_KeepTheirVariance(string selector)
    {
        var shape = new GroupNormShape(1, 4, 128, 1);
        float[] values = Array.ConvertAll(Randoms.Normal(shape.Values.Length, seed: 5), value => value + 10_000);
        var run = new Run(TestDevices.Get(selector), shape, seed: 6, values);

        run.Forward();

        // float32 tells values at 10,000 apart by 1e-3; squares less the squared mean would lose the variance whole.
        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), Reference(shape, run.Inputs), 2e-3, shape.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_NotANumber_SpoilsItsGroupAlone(string selector)
    {
        var shape = new GroupNormShape(2, 4, 20, 2);
        float[] values = Randoms.Normal(shape.Values.Length, seed: 7);
        values[3] = float.NaN;
        var run = new Run(TestDevices.Get(selector), shape, seed: 8, values);

        run.Forward();
        run.Backward(run.DX);

        foreach (Tensor<float> result in (Tensor<float>[])[run.Y, run.DX])
        {
            Assert.All(result.ToArray().Select((value, i) => (value, i)), one =>
                Assert.Equal(one.i < 40, float.IsNaN(one.value)));
        }
    }

    [Fact]
    public void GroupNorm_AnyNumberOfWorkers_GivesTheSameBits()
    {
        float[][] results = [.. new[] { 1, 2, 3 }.Select(workers =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers);
            var run = new Run(device, new GroupNormShape(7, 24, 300, 4), seed: 9);
            run.Forward();
            run.Backward(run.DX);
            float[] all = [.. run.Y.ToArray(), .. run.DX.ToArray(), .. run.DGamma.ToArray(), .. run.DBeta.ToArray()];
            return all;
        })];

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void GroupNorm_NumbersOutsideTheirRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new GroupNormShape(2, 4, 3, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNorm(device, shape, float.NaN));
        Assert.Equal(
            "a group normalisation's groups must be at least 1, 0 came",
            Assert.Throws<ArgumentException>((shape with { Groups = 0 }).Validate).Message);
        Assert.Equal(
            "4 channels do not split into 3 equal groups: take a number of groups that divides the channels",
            Assert.Throws<ArgumentException>(() => new GroupNorm(device, shape with { Groups = 3 }, Epsilon)).Message);
        var run = new Run(device, shape, seed: 10);
        Assert.Throws<ArgumentException>(
            () => run.Norm.Forward(run.X, run.Gamma, run.Beta, run.Gamma, run.Y));
    }

    /// <summary>The contract, as it reads.</summary>
    private static double[] Reference(GroupNormShape shape, double[][] inputs)
    {
        int count = shape.Channels / shape.Groups * shape.Length;
        double[] y = new double[inputs[0].Length];
        for (int start = 0; start < y.Length; start += count)
        {
            double[] values = inputs[0][start..(start + count)];
            double mean = values.Average();
            double variance = values.Average(value => (value - mean) * (value - mean));
            for (int i = start; i < start + count; i++)
            {
                int c = i / shape.Length % shape.Channels;
                double h = (inputs[0][i] - mean) / Math.Sqrt(variance + Epsilon);
                y[i] = (inputs[1][c] * h) + inputs[2][c];
            }
        }

        return y;
    }

    /// <summary>The operator with tensors of random values.</summary>
    private sealed class Run
    {
        public Run(ComputeDevice device, GroupNormShape shape, int seed, float[]? values = null)
        {
            values ??= Randoms.Normal(shape.Values.Length, seed);
            float[] gamma = Array.ConvertAll(Randoms.Normal(shape.Channels, seed + 1), value => 1 + (value / 4));
            float[] beta = Randoms.Normal(shape.Channels, seed + 2);
            Inputs = [values.ToDouble(), gamma.ToDouble(), beta.ToDouble()];
            Norm = new GroupNorm(device, shape, Epsilon);
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

        public GroupNorm Norm { get; }

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
