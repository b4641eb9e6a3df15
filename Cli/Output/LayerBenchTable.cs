using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>The table of <c>bench layers</c>.</summary>
internal static class LayerBenchTable
{
    /// <summary>The titles, the parts of a step, and their sum.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<LayerMeasurement> parts, int? width = null)
    {
        var columns = new FixedColumns(
            width, new("stage", 36, 9, IsLeft: true), new("pass", 8, 8, IsLeft: true), new("us", 10, 7),
            new("of step", 8, 6), new("GFLOP/s", 9, 4), new("GB/s", 8, 3), new("of limit", 8, 5));
        double all = parts.Where(IsPart).Sum(part => part.Microseconds);
        yield return columns.Header;
        foreach (LayerMeasurement one in parts)
        {
            yield return columns.Line(
                one.Stage, one.Pass, Show.Rate(one.Microseconds),
                IsPart(one) ? Show.Percent(one.Microseconds / all) : "",
                one.Gigaflops > 0 ? Show.Rate(one.Gigaflops) : "-",
                one.GigabytesPerSecond > 0 ? Show.Rate(one.GigabytesPerSecond) : "-",
                one.ShareOfLimit > 0 ? Show.Percent(one.ShareOfLimit) : "-");
        }

        yield return columns.Line("a step", "", Show.Rate(all), "", "", "", "");
    }

    private static bool IsPart(LayerMeasurement one) => !one.IsLimit;
}
