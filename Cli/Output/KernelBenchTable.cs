using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>The table of <c>bench kernels</c>, a line at a time, as they are measured.</summary>
internal sealed class KernelBenchTable(bool withVendor, bool withCommands)
{
    /// <summary>The titles.</summary>
    public string Header => Line(
        "kernel", "shape", "rung", "us", "5 %", "95 %", "noise", "GFLOP/s", "GB/s", "of peak", "MHz", "result",
        withVendor ? $"  {"vendor",10}  {"ours is",8}" : "", withCommands ? "  command" : "");

    /// <summary>One measurement.</summary>
    /// <param name="one">What was measured.</param>
    /// <param name="command">What measures it again.</param>
    public string Row(KernelMeasurement one, string command)
    {
        SampleSummary all = one.Summary;
        bool isLimit = one.Samples.Count == 0;
        return Line(
            one.Name, one.Shape, one.Rung is { } rung ? $"{rung}{(one.IsDefault ? "*" : " ")}" : "",
            Show.Rate(one.Microseconds), isLimit ? "-" : Show.Rate(all.Low), isLimit ? "-" : Show.Rate(all.High),
            isLimit ? "-" : $"±{Show.Percent(all.Noise)}",
            one.Gigaflops > 0 ? Show.Rate(one.Gigaflops) : "-",
            one.GigabytesPerSecond > 0 ? Show.Rate(one.GigabytesPerSecond) : "-", Show.Percent(one.ShareOfPeak),
            Clock(one.Clock), Result(one.Verdict), withVendor ? Vendor(one) : "", withCommands ? $"  {command}" : "");
    }

    private static string Clock(ClockReading? clock) => clock is null ? "-"
        : clock.Fell ? $"{Show.Format(clock.Before, "0")}>{Show.Format(clock.After, "0")}!"
        : Show.Format(clock.After, "0");

    private static string Result(KernelVerdict? verdict) => verdict is null ? "-"
        : !verdict.IsRight ? $"WRONG ({verdict.Reference}): {verdict.Where}"
        : $"{Show.Format(verdict.Difference, "0e+0")} {verdict.Reference}";

    private static string Vendor(KernelMeasurement one) => one.Vendor is not { } vendor
        ? $"  {"-",10}  {"-",8}"
        : $"  {Show.Rate(vendor.Microseconds),10}  {Show.Rate(vendor.Microseconds / one.Microseconds),7}x" +
            $" {vendor.Library}{(vendor.Verdict.IsRight ? "" : $" DIFFERS: {vendor.Verdict.Where}")}";

    private static string Line(
        string name, string shape, string rung, string time, string low, string high, string noise, string flops,
        string bytes, string share, string clock, string result, string vendor, string command) =>
        ($"{name,-38}  {shape,-32}  {rung,4}  {time,9}  {low,9}  {high,9}  {noise,8}  {flops,8}  {bytes,7}  " +
            $"{share,8}  {clock,10}  {result,-14}{vendor}{command}").TrimEnd();
}
