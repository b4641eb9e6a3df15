using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Tools.Benchmarking.Tuning;

namespace NativeCnn.Tests.Tools.Benchmarking;

/// <summary>The table of thresholds: its file, whom it is for, what it changes, how it is measured.</summary>
public class ThresholdTests
{
    [Fact]
    public void Table_ReadsWhatItWrites()
    {
        PlanThresholds odd = PlanThresholds.All.Select((one, i) => (one, i)).Aggregate(
            PlanThresholds.Default, (table, next) => next.one.With(table, 1000 + next.i));
        Dictionary<string, PlanThresholds> tables =
            new() { ["NVIDIA H200"] = odd, ["opencl"] = PlanThresholds.Default };

        IReadOnlyDictionary<string, PlanThresholds> read = PlanThresholds.Parse(PlanThresholds.ToJson(tables));

        Assert.Equal(tables, read);
        Assert.Equal(
            Enumerable.Range(1000, PlanThresholds.All.Count),
            PlanThresholds.All.Select(one => one.Get(read["nvidia h200"])));
    }

    [Fact]
    public void Table_IsThatOfTheDevicesClass()
    {
        IReadOnlyDictionary<string, PlanThresholds> tables = PlanThresholds.Parse(
            """{"H200": {"matmul.terms": 3}, "cuda": {"matmul.terms": 5}}""");

        Assert.Equal(3, PlanThresholds.Of(tables, "cuda:0", "NVIDIA H200").MatMulTerms);
        Assert.Equal(5, PlanThresholds.Of(tables, "cuda:1", "NVIDIA A100").MatMulTerms);
        Assert.Equal(PlanThresholds.Default, PlanThresholds.Of(tables, "opencl:0", "PoCL"));
    }

    [Theory]
    [InlineData("[]", "no object")]
    [InlineData("""{"H200": 3}""", "'H200'")]
    [InlineData("""{"H200": {"matmul.term": 3}}""", "did you mean 'matmul.terms'")]
    [InlineData("""{"H200": {"matmul.terms": 0}}""", "'matmul.terms' takes")]
    [InlineData("""{"H200": {"matmul.terms": "8"}}""", "'matmul.terms' takes")]
    public void Table_ThatIsNone_IsRefused(string json, string what) => Assert.Contains(
        what, Assert.Throws<PlanThresholdsException>(() => PlanThresholds.Parse(json)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Thresholds_DecideTheRungOfAMatrixProduct()
    {
        var shape = new MatMulShape(100, 100, 100);
        MatMulRung Rung(PlanThresholds thresholds) => MatMulPlan.Of(shape, tensorCores: false, thresholds).Rung;

        Assert.Equal(MatMulRung.Registers4x4, Rung(PlanThresholds.Default));
        Assert.Equal(MatMulRung.Tiled, Rung(PlanThresholds.Default with { MatMul4x4 = 101 }));
        Assert.Equal(MatMulRung.Naive, Rung(PlanThresholds.Default with { MatMulTerms = 101 }));
        Assert.Equal(
            MatMulRung.Registers8x8, Rung(PlanThresholds.Default with { MatMul8x8 = 100, MatMul8x8Groups = 1 }));
    }

    [Fact]
    public void Threshold_DecidesWhereAMatrixProductIsCopied()
    {
        var shape = new MatMulShape(2048, 2048, 256);
        MatMulRung Rung(int copies) => MatMulPlan.Of(
            shape, tensorCores: false, PlanThresholds.Default with { MatMulCopies = copies }, copies: true).Rung;

        Assert.Equal(MatMulRung.Copied8x8, Rung(2048));
        Assert.Equal(MatMulRung.Registers8x8, Rung(2049));
    }

    [Theory]
    [InlineData("0.5 0.9 1.1 1.4", 4)] // Candidates 1, 2, 4, 8.
    [InlineData("1.5 1.9 1.1 1.4", 1)]
    [InlineData("1.5 0.9 1.1 1.4", 4)] // Only what lasts up to the last counts.
    [InlineData("0.5 0.9 1.1 0.9", 16)] // Never.
    public void Crossover_IsTheLeastFromWhichOnTheHigherRungIsFaster(string ratios, int expected)
    {
        (int Candidate, double Ratio)[] measured =
        [
            .. ratios.Split(' ').Select((one, i) =>
                (1 << i, double.Parse(one, System.Globalization.CultureInfo.InvariantCulture))),
        ];

        Assert.Equal(expected, ThresholdTuner.CrossoverOf(measured));
    }
}
