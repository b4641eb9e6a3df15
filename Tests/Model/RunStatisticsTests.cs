// The laws of the figures by which two runs are compared. References: Python's math.erfc and math.comb in float64, by
// which scipy.stats and statsmodels compute these p values; the formula once more beside each.
using NativeCnn.Model;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Tests.Model;

public class RunStatisticsTests
{
    // scipy.stats.norm.sf
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.3085375387259869)]
    [InlineData(1, 0.15865525393145707)]
    [InlineData(2.5, 0.006209665325776139)]
    [InlineData(3, 0.0013498980316300957)]
    [InlineData(6, 9.865876450377012e-10)]
    [InlineData(10, 7.619853024160593e-24)]
    [InlineData(-1, 0.8413447460685429)]
    public void UpperTail_IsThatOfScipy(double z, double expected) =>
        Assert.InRange(NormalDistribution.UpperTail(z) / expected, 1 - 1e-12, 1 + 1e-12);

    // statsmodels.stats.contingency_tables.mcnemar([[0, b], [c, 0]], exact=True)
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(2, 8, 0.109375)]
    [InlineData(12, 12, 1)]
    [InlineData(3, 21, 0.0002771615982055664)]
    [InlineData(16, 7, 0.0931396484375)]
    public void McNemar_OfFewDiscordantClips_IsTheExactBinomial(int b, int c, double expected)
    {
        var test = new McNemarTest(b, c);

        Assert.True(test.IsExact);
        Assert.Equal(expected, test.PValue, 14);
        double tail = Enumerable.Range(0, Math.Min(b, c) + 1).Sum(k => Choose(b + c, k)) / Math.Pow(2, b + c);
        Assert.Equal(Math.Min(1, 2 * tail), test.PValue, 12);
    }

    // mcnemar(..., exact=False, correction=True): chi2.sf(x, 1) = erfc(sqrt(x / 2))
    [Theory]
    [InlineData(13, 12, 1.0)]
    [InlineData(10, 30, 0.002663119259138554)]
    [InlineData(40, 20, 0.01417138825401233)]
    [InlineData(100, 60, 0.0020477321536687596)]
    public void McNemar_OfManyDiscordantClips_IsChiSquareWithTheCorrection(int b, int c, double expected)
    {
        var test = new McNemarTest(b, c);

        Assert.False(test.IsExact);
        Assert.Equal(expected, test.PValue, 13);
        double chiSquare = Math.Pow(Math.Max(0, Math.Abs(b - c) - 1), 2) / (b + c);
        Assert.Equal(TailOfChiSquare(chiSquare), test.PValue, 7);
    }

    [Fact]
    public void McNemar_IsSymmetricAndOneWhereNoClipTellsThemApart()
    {
        Assert.Equal(1, new McNemarTest(0, 0).PValue);
        Assert.Equal(new McNemarTest(30, 50).PValue, new McNemarTest(50, 30).PValue);
        Assert.Equal(new McNemarTest(3, 9).PValue, new McNemarTest(9, 3).PValue);
    }

    // statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")
    [Theory]
    [InlineData(8, 10, 0.49016247153664183, 0.9433178485456247)]
    [InlineData(0, 20, 0, 0.16112515805281938)]
    [InlineData(20, 20, 0.8388748419471806, 1)]
    [InlineData(470, 500, 0.9156389368747802, 0.9576516435190539)]
    public void WilsonInterval_IsThatOfStatsmodels(int count, int of, double low, double high)
    {
        var interval = WilsonInterval.Of(count, of);

        Assert.Equal(low, interval.Low, 13);
        Assert.Equal(high, interval.High, 13);
    }

    [Theory]
    [InlineData(0, 0, "no difference: both are right on the same clips")]
    [InlineData(4, 6, "no difference that these clips show (p = 0.754)")]
    [InlineData(3, 21, "B is better: right alone on 21 clips against 3 (p = 2.8e-4)")]
    [InlineData(60, 30, "A is better: right alone on 60 clips against 30 (p = 0.002)")]
    public void Verdict_OfAComparison_SaysWhatTheClipsShow(int onlyA, int onlyB, string verdict)
    {
        var found = new RunComparison(500, 400 + onlyA, 400 + onlyB, new McNemarTest(onlyA, onlyB), []);

        Assert.Equal(verdict, found.Verdict);
        Assert.Equal((400.0 + onlyA) / 500, found.AccuracyOfA);
    }

    private static double Choose(int n, int k) =>
        Enumerable.Range(1, k).Aggregate(1.0, (ways, i) => ways * (n - k + i) / i);

    /// <summary>1 - the integral of the density exp(-t / 2) / sqrt(2 pi t), by t = u^2 with Simpson's rule.</summary>
    private static double TailOfChiSquare(double x)
    {
        const int pieces = 2000;
        double width = Math.Sqrt(x) / pieces;
        double sum = Enumerable.Range(0, pieces + 1).Sum(i =>
            (i is 0 or pieces ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-Math.Pow(i * width, 2) / 2));
        return 1 - (sum * width / 3 * 2 / Math.Sqrt(2 * Math.PI));
    }
}
