using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>
/// The table of <c>bench kernels</c>, a line at a time, as they are measured. Where the screen is narrower, kernel and
/// shape stand above the figures, and the least of these are left out.
/// </summary>
internal sealed class KernelBenchTable
{
    private const string Indent = "    ";

    private readonly bool withVendor;
    private readonly bool withCommands;
    private readonly bool isTwoLines;
    private readonly FixedColumns names;
    private readonly FixedColumns figures;

    /// <summary>Chooses the columns.</summary>
    /// <param name="withVendor">With the vendor's library.</param>
    /// <param name="withCommands">With the command that measures it again.</param>
    /// <param name="width">Columns of the screen; null for all that the table needs.</param>
    public KernelBenchTable(bool withVendor, bool withCommands, int? width = null)
    {
        this.withVendor = withVendor;
        this.withCommands = withCommands;
        names = new FixedColumns(
            null, new("kernel", 38, 9, IsLeft: true), new("shape", 32, 9, IsLeft: true), new("rung", 4, 9));
        figures = Figures(null);
        isTwoLines = names.Total + 2 + figures.Total > width;
        if (isTwoLines)
        {
            figures = Figures(width - Indent.Length);
        }
    }

    /// <summary>The titles.</summary>
    public string Header => Joined(
        names.Header, figures.Header, withVendor ? $"  {"vendor",10}  {"ours is",8}" : "",
        withCommands ? "  command" : "");

    /// <summary>One measurement.</summary>
    /// <param name="one">What was measured.</param>
    /// <param name="command">What measures it again.</param>
    public string Row(KernelMeasurement one, string command)
    {
        SampleSummary all = one.Summary;
        bool isLimit = one.Samples.Count == 0;
        return Joined(
            names.Line(one.Name, one.Shape, one.Rung is { } rung ? $"{rung}{(one.IsDefault ? "*" : " ")}" : ""),
            figures.Line(
                Show.Rate(one.Microseconds), isLimit ? "-" : Show.Rate(all.Low), isLimit ? "-" : Show.Rate(all.High),
                isLimit ? "-" : $"±{Show.Percent(all.Noise)}",
                one.Gigaflops > 0 ? Show.Rate(one.Gigaflops) : "-",
                one.GigabytesPerSecond > 0 ? Show.Rate(one.GigabytesPerSecond) : "-", Show.Percent(one.ShareOfPeak),
                Clock(one.Clock), Result(one.Verdict)),
            withVendor ? Vendor(one) : "", withCommands ? $"  {command}" : "");
    }

    private static FixedColumns Figures(int? width) => new(
        width, new("us", 9, 9), new("5 %", 9, 2), new("95 %", 9, 3), new("noise", 8, 5), new("GFLOP/s", 8, 6),
        new("GB/s", 7, 4), new("of peak", 8, 7), new("MHz", 10, 1), new("result", 14, 8, IsLeft: true));

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

    private string Joined(string name, string numbers, string vendor, string command) => isTwoLines
        ? $"{name}\n{Indent}{numbers}{vendor}{command}".TrimEnd()
        : $"{name.PadRight(names.Total)}  {numbers.PadRight(figures.Total)}{vendor}{command}".TrimEnd();
}
