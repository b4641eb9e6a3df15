using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>The table of <c>bench kernels</c>, a line at a time, as they are measured.</summary>
internal static class KernelBenchTable
{
    /// <summary>The titles.</summary>
    public static string Header => Line("kernel", "shape", "rung", "us", "GFLOP/s", "GB/s", "of peak");

    /// <summary>One measurement.</summary>
    public static string Row(KernelMeasurement one) => Line(
        one.Name, one.Shape, one.Rung is { } rung ? $"{rung}{(one.IsDefault ? "*" : " ")}" : "",
        Show.Rate(one.Microseconds), one.Gigaflops > 0 ? Show.Rate(one.Gigaflops) : "-",
        one.GigabytesPerSecond > 0 ? Show.Rate(one.GigabytesPerSecond) : "-", Show.Percent(one.ShareOfPeak));

    private static string Line(
        string name, string shape, string rung, string time, string flops, string bytes, string share) =>
        $"{name,-24}  {shape,-32}  {rung,4}  {time,10}  {flops,9}  {bytes,8}  {share,8}";
}
