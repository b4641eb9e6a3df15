using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
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
    public void LayerNorm_Forward_IsTheFormula(string selector, LayerNormShape shape) =>
        NormLaws.ForwardIsTheFormula(Run(selector, shape, seed: 1));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LayerNorm_Gradients_MatchFiniteDifferences(string selector, LayerNormShape shape) =>
        NormLaws.GradientsMatchFiniteDifferences(
            $"layer normalisation {shape}", Run(selector, shape, seed: 2));

    [Theory]
    [MemberData(nameof(Devices))]
    public void LayerNorm_LongClipsOfManyChannels_AreTheFormulaAndTheGradientOfTheHost(string selector)
    {
        // More channels than a block of a sum, more time steps than a tile.
        var shape = new LayerNormShape(2, 140, 301);
        NormLaws.IsTheFormulaAndTheGradientOfTheHost(
            Run(selector, shape, seed: 3), Run("cpu", shape, seed: 3));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_ParametersGradients_Accumulate_AndTheInputsMayTakeThePlaceOfTheOutputs(
        string selector, int length) =>
        NormLaws.ParametersGradientsAccumulateAndTheInputsMayTakeThePlaceOfTheOutputs(
            Run(selector, new LayerNormShape(3, 4, length), seed: 4));

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_ValuesFarFromZero_KeepTheirVariance(string selector, int length)
    {
        var shape = new LayerNormShape(2, 128, length);
        NormLaws.ValuesFarFromZeroKeepTheirVariance(x => Run(selector, shape, seed: 6, x), shape.Values);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LayerNorm_NotANumber_SpoilsItsTimeStepAlone(string selector, int length)
    {
        var shape = new LayerNormShape(2, 40, length);
        int step = length / 2;
        NormLaws.NotANumberSpoilsWhatSharesItsStatistics(
            x => Run(selector, shape, seed: 8, x), shape.Values, place: (3 * length) + step,
            spoilt: i => i < 40 * length && i % length == step);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void LayerNorm_AnyNumberOfWorkers_GivesTheSameBits(int length) =>
        NormLaws.AnyNumberOfWorkersGivesTheSameBits(
            device => Run(device, new LayerNormShape(length == 1 ? 900 : 7, 24, length), seed: 9));

    [Fact]
    public void LayerNorm_NumbersOutsideTheirRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var shape = new LayerNormShape(2, 4, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(device, shape, float.NaN));
        Assert.Equal(
            "a layer normalisation's channels must be at least 1, 0 came",
            Assert.Throws<ArgumentException>((shape with { Channels = 0 }).Validate).Message);
        NormRun run = Run(device, shape, seed: 10);
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

    private static NormRun Run(string selector, LayerNormShape shape, int seed, float[]? x = null) =>
        Run(TestDevices.Get(selector), shape, seed, x);

    private static NormRun Run(ComputeDevice device, LayerNormShape shape, int seed, float[]? x = null) => new(
        device, new LayerNorm(device, shape, Epsilon), shape.Values, shape.Statistics,
        inputs => Reference(shape, inputs), seed, x);
}
