using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace NativeCnn.Benchmarks;

/// <summary>A count of a case's <see cref="Work"/> divided by its mean time in nanoseconds: 10^9 a second.</summary>
internal sealed class RateColumn(string name, string legend, Func<Work, double> count) : IColumn
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

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(one => count(WorkOf(one)) > 0);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        double done = count(WorkOf(benchmarkCase));
        if (done == 0 || summary[benchmarkCase]?.ResultStatistics is not { Mean: > 0 } statistics)
        {
            return "-";
        }

        double rate = done / statistics.Mean;
        string format = rate switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" };
        return rate.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Asks the benchmark's class, set to the case; it needs no device for that.</summary>
    private static Work WorkOf(BenchmarkCase benchmarkCase)
    {
        Type type = benchmarkCase.Descriptor.Type;
        var benchmarks = (OperatorBenchmarks)Activator.CreateInstance(type)!;
        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            type.GetProperty(parameter.Name)!.SetValue(benchmarks, parameter.Value);
        }

        return benchmarks.WorkOf(benchmarkCase.Descriptor.WorkloadMethod.Name);
    }
}
