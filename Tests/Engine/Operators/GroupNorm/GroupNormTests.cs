using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
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
    public void GroupNorm_Forward_IsTheFormula(string selector, GroupNormShape shape) =>
        NormLaws.ForwardIsTheFormula(Run(selector, shape, seed: 1));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GroupNorm_Gradients_MatchFiniteDifferences(string selector, GroupNormShape shape) =>
        NormLaws.GradientsMatchFiniteDifferences(
            $"group normalisation {shape}", Run(selector, shape, seed: 2));

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_LongGroups_AreTheFormulaAndTheGradientOfTheHost(string selector)
    {
        // More values than a block of any body: 3 rows of 6,001.
        var shape = new GroupNormShape(2, 6, 6_001, 2);
        NormLaws.IsTheFormulaAndTheGradientOfTheHost(
            Run(selector, shape, seed: 3), Run("cpu", shape, seed: 3));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_ParametersGradients_Accumulate_AndTheInputsMayTakeThePlaceOfTheOutputs(string selector) =>
        NormLaws.ParametersGradientsAccumulateAndTheInputsMayTakeThePlaceOfTheOutputs(
            Run(selector, new GroupNormShape(3, 4, 19, 2), seed: 4));

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_ValuesFarFromZero_KeepTheirVariance(string selector)
    {
        var shape = new GroupNormShape(1, 4, 128, 1);
        NormLaws.ValuesFarFromZeroKeepTheirVariance(x => Run(selector, shape, seed: 6, x), shape.Values);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void GroupNorm_NotANumber_SpoilsItsGroupAlone(string selector)
    {
        var shape = new GroupNormShape(2, 4, 20, 2);
        NormLaws.NotANumberSpoilsWhatSharesItsStatistics(
            x => Run(selector, shape, seed: 8, x), shape.Values, place: 3, spoilt: i => i < 40);
    }

    [Fact]
    public void GroupNorm_AnyNumberOfWorkers_GivesTheSameBits() => NormLaws.AnyNumberOfWorkersGivesTheSameBits(
        device => Run(device, new GroupNormShape(7, 24, 300, 4), seed: 9));

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
        NormRun run = Run(device, shape, seed: 10);
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

    private static NormRun Run(string selector, GroupNormShape shape, int seed, float[]? x = null) =>
        Run(TestDevices.Get(selector), shape, seed, x);

    private static NormRun Run(ComputeDevice device, GroupNormShape shape, int seed, float[]? x = null) => new(
        device, new GroupNorm(device, shape, Epsilon), shape.Values, shape.Statistics,
        inputs => Reference(shape, inputs), seed, x);
}
