using NativeCnn.Tools.Profiling;

namespace NativeCnn.Cli.Output;

/// <summary><c>kernels profile --step</c>: a line a launch, and their sum.</summary>
internal static class ProfileStepTable
{
    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Of(ProfileResult result, int? width = null)
    {
        yield return $"a training step of {result.Name} with Adam, {result.Shape}, planned for {result.Gpu.Name}";
        foreach (string line in TextTable.Format(
            ["", "kernel", "groups", "size", "instructions", "fma", "load", "store", "turns", "diverge", "occupancy",
                "us", "bound"],
            [.. result.Launches.Select(Row), Sum(result)], 2, width, "size", "turns", "diverge", "store",
            "load", "groups"))
        {
            yield return line;
        }

        yield return
            $"{Show.Bytes((long)(result.Work.ReadBytes + result.Work.WrittenBytes))} touched, " +
            $"{Show.Bytes((long)result.Bytes)} by the formula; " +
            $"{Show.Operations((long)result.Work.Operations)} operations, " +
            $"{Show.Operations((long)result.Operations)} by the formula";
        if (result.MeasuredMicroseconds is { } measured)
        {
            yield return
                $"measured {Show.Rate(measured)} us a step, estimated {Show.Rate(result.Microseconds)} us";
        }
    }

    private static string[] Row(LaunchProfile one, int number) =>
    [
        $"{number + 1}", one.Kernel.Name, Show.Count(one.Groups), $"{one.Threads}",
        .. Cells(one.Work), Show.Percent(one.Occupancy.Share), Show.Rate(one.Estimate.Microseconds),
        one.Estimate.Bound,
    ];

    private static string[] Sum(ProfileResult result) =>
    [
        "", $"{result.Launches.Count} launches", "", "", .. Cells(result.Work), "", Show.Rate(result.Microseconds), "",
    ];

    private static IEnumerable<string> Cells(WorkCounts work) =>
    [
        Show.Count(work.WarpInstructions), Show.Percent(work.FmaShare), ProfileTable.PerRequest(work.GlobalLoads),
        ProfileTable.PerRequest(work.GlobalStores),
        ProfileTable.PerRequest(Requests.Sum([work.SharedLoads, work.SharedStores])),
        Show.Percent(work.DivergentShare),
    ];
}
