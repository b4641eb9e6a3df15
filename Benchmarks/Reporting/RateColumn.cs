using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Benchmarks;

/// <summary>A count of a <see cref="KernelCase"/> divided by its mean time in nanoseconds: 10^9 a second.</summary>
internal sealed class RateColumn(string name, string legend, Func<KernelCase, double> count) : IColumn
{
    public string Id => $"{nameof(RateColumn)}.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    /// <summary>True: BenchmarkDotNet hides other columns where all values are the same, as of a single case.</summary>
    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(one => count(CaseOf(one)) > 0);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        double done = count(CaseOf(benchmarkCase));
        if (done == 0 || summary[benchmarkCase]?.ResultStatistics is not { Mean: > 0 } statistics)
        {
            return "-";
        }

        double rate = done / statistics.Mean;
        string format = rate switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" };
        return rate.ToString(format, CultureInfo.InvariantCulture);
    }

    private static KernelCase CaseOf(BenchmarkCase benchmarkCase) =>
        OperatorBenchmarks.CaseOf((string)benchmarkCase.Parameters[nameof(OperatorBenchmarks.Case)]);
}
