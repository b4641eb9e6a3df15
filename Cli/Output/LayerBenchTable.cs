using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>The table of <c>bench layers</c>.</summary>
internal static class LayerBenchTable
{
    /// <summary>The titles, the parts of a step, and their sum.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<LayerMeasurement> parts)
    {
        double all = parts.Where(IsPart).Sum(part => part.Microseconds);
        yield return Line("stage", "pass", "us", "of step", "GFLOP/s", "GB/s", "of limit");
        foreach (LayerMeasurement one in parts)
        {
            yield return Line(
                one.Stage, one.Pass, Show.Rate(one.Microseconds),
                IsPart(one) ? Show.Percent(one.Microseconds / all) : "",
                one.Gigaflops > 0 ? Show.Rate(one.Gigaflops) : "-",
                one.GigabytesPerSecond > 0 ? Show.Rate(one.GigabytesPerSecond) : "-",
                one.ShareOfLimit > 0 ? Show.Percent(one.ShareOfLimit) : "-");
        }

        yield return Line("a step", "", Show.Rate(all), "", "", "", "");
    }

    private static bool IsPart(LayerMeasurement one) => !one.IsLimit;

    private static string Line(
        string stage, string pass, string time, string share, string flops, string bytes, string limit) =>
        $"{stage,-36}  {pass,-8}  {time,10}  {share,8}  {flops,9}  {bytes,8}  {limit,8}".TrimEnd();
}
