// The laws of samples: percentiles, the test of Mann and Whitney, and what a comparison says of equal and other ones.
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Tools.Benchmarking;

public class SampleTests
{
    [Fact]
    public void Percentiles_OfFiveNumbers_AreNumPys()
    {
        var all = SampleSummary.Of([5, 1, 4, 2, 3]);

        Assert.Equal(3, all.Median);
        Assert.Equal(1.2, all.Low, 12);
        Assert.Equal(4.8, all.High, 12);
        Assert.Equal(0.6, all.Noise, 12);
    }

    [Fact]
    public void Percentiles_OfOneNumberOrNone_AreItAndZero()
    {
        Assert.Equal(new SampleSummary(7, 7, 7), SampleSummary.Of([7]));
        Assert.Equal(default, SampleSummary.Of([]));
        Assert.Equal(0, SampleSummary.Of([7]).Noise);
    }

    // scipy.stats.mannwhitneyu(a, b, method="exact").
    [Theory]
    [InlineData("1 2 3", "4 5 6", 0.1)]
    [InlineData("1 2 3 4 5", "6 7 8 9 10", 0.007936507936507936)]
    [InlineData("1 4 6", "2 3 5 7", 0.8571428571428571)]
    [InlineData("1 3 5", "2 4 6", 0.7)]
    public void MannWhitney_OfFewSamples_IsExact(string a, string b, double expected) =>
        Assert.Equal(expected, MannWhitney.PValue(Numbers(a), Numbers(b)), 12);

    [Fact]
    public void MannWhitney_OfManySamples_IsTheNormalApproximation()
    {
        // U = 0 of 20 and 20: z = (200 - 0.5) / sqrt(20 20 41 / 12) = 5.396, p = 6.8e-8.
        double p = MannWhitney.PValue([.. Range(0, 20)], [.. Range(20, 20)]);

        Assert.InRange(p, 6.5e-8, 7.2e-8);
    }

    [Fact]
    public void MannWhitney_IsSymmetricAndOneWhereAllIsEqual()
    {
        Assert.Equal(MannWhitney.PValue([1, 2, 9], [3, 4, 5]), MannWhitney.PValue([3, 4, 5], [1, 2, 9]), 12);
        Assert.Equal(1, MannWhitney.PValue([1, 1, 1], [1, 1]));
        Assert.Equal(1, MannWhitney.PValue([], [1, 2]));
    }

    [Fact]
    public void MannWhitney_OfOneDistribution_IsBelowItsLevelAsOftenAsTheLevelSays()
    {
        var random = new Random(1);
        int below = Enumerable.Range(0, 2000).Count(_ => MannWhitney.PValue(Draw(random, 30), Draw(random, 40)) < 0.05);

        Assert.InRange(below, 60, 140);
    }

    [Fact]
    public void Comparison_OfEqualSamples_FindsNoDifference()
    {
        var random = new Random(2);
        IReadOnlyList<double> same = Draw(random, 41);
        Assert.Equal(SampleVerdict.NoDifference, Compare(same, same));

        (string, IReadOnlyList<double>, IReadOnlyList<double>)[] many =
        [
            .. Range(0, 100).Select(i =>
                ($"{i}", (IReadOnlyList<double>)Draw(random, 41), (IReadOnlyList<double>)Draw(random, 41))),
        ];
        Assert.All(
            KernelComparison.Of(many, level: 0.01, least: 0),
            one => Assert.Equal(SampleVerdict.NoDifference, one.Verdict));
    }

    [Theory]
    [InlineData(1.2, SampleVerdict.Slower)]
    [InlineData(0.8, SampleVerdict.Faster)]
    [InlineData(1.01, SampleVerdict.NoDifference)] // The test finds it; 1 % is less than two runs differ by.
    public void Comparison_OfShiftedSamples_FindsTheirDifference(double factor, SampleVerdict expected)
    {
        double[] first = [.. Range(0, 41).Select(i => 100 + (i * 0.01))];
        double[] second = [.. first.Select(one => one * factor)];

        Assert.Equal(expected, Compare(first, second));
        Assert.True(MannWhitney.PValue(first, second) < 1e-6);
    }

    [Fact]
    public void Comparison_OfTooFewSamples_FindsNoDifferenceAndSaysThatItCannot()
    {
        KernelComparison few = Assert.Single(KernelComparison.Of([("a", [1, 1.1, 1.2], [2, 2.1, 2.2])]));
        KernelComparison enough = Assert.Single(KernelComparison.Of([("a", [1, 2, 3, 4, 5], [6, 7, 8, 9, 10])]));

        Assert.Equal((SampleVerdict.NoDifference, false), (few.Verdict, few.CanDiffer));
        Assert.Equal((SampleVerdict.Slower, true), (enough.Verdict, enough.CanDiffer));
    }

    [Fact]
    public void Comparison_OfManyKernels_CorrectsForTheirNumber()
    {
        double[] low = [1, 2, 3, 4, 5];
        double[] high = [6, 7, 8, 9, 10]; // p = 0.0079, alone a difference at 1 %.
        (string, IReadOnlyList<double>, IReadOnlyList<double>)[] two = [("a", low, high), ("b", low, low)];

        Assert.Equal(SampleVerdict.Slower, Compare(low, high));
        Assert.All(KernelComparison.Of(two), one => Assert.Equal(SampleVerdict.NoDifference, one.Verdict));
    }

    private static SampleVerdict Compare(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        Assert.Single(KernelComparison.Of([("a", first, second)])).Verdict;

    private static double[] Draw(Random random, int count) =>
        [.. Range(0, count).Select(_ => 100 + random.NextDouble())];

    private static IEnumerable<double> Range(int start, int count) =>
        Enumerable.Range(start, count).Select(i => (double)i);

    private static double[] Numbers(string text) =>
        [.. text.Split(' ').Select(one => double.Parse(one, System.Globalization.CultureInfo.InvariantCulture))];
}
