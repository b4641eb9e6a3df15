using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Cli.Output;

/// <summary><c>kernels profile NAME</c>: one kernel, a line a subject.</summary>
internal static class ProfileTable
{
    /// <summary>The lines of the page.</summary>
    public static IEnumerable<string> Of(PortableKernel kernel, ProfileResult result, int? width = null)
    {
        IReadOnlyList<LaunchProfile> own = result.Of(kernel);
        LaunchProfile first = own[0];
        WorkCounts work = WorkCounts.Sum(own.Select(one => one.Work));
        string others = result.Launches.Count == own.Count
            ? ""
            : $", of {result.Launches.Count} launches of the call";
        yield return $"{kernel.Name}, rung {kernel.Rung}, {kernel.MethodName}, planned for {result.Gpu.Name}";
        yield return $"{result.Name} {result.Shape}{(result.Rung is null ? "" : $", --rung {result.Rung}")}";
        foreach (string line in TextTable.Format(["", "", ""], Rows(), leftColumns: 3, width).Skip(1))
        {
            yield return line;
        }

        yield return "";
        foreach (string line in Classes(work))
        {
            yield return line;
        }

        IEnumerable<IReadOnlyList<string>> Rows()
        {
            yield return
            [
                "launches", $"{own.Count}{others}",
                $"{Show.Count(first.Groups)} groups of {first.Threads} threads, " +
                $"{(first.CountedGroups == first.Groups ? "all" : Show.Count(first.CountedGroups))} counted",
            ];
            yield return
            [
                "instructions", Show.Count(work.WarpInstructions),
                $"of warps; {Show.Percent(work.ActiveLanes)} of their lanes active; " +
                $"{Show.Count(work.Issued)} left by ptxas",
            ];
            yield return ["fma share", Show.Percent(work.FmaShare), "of what is left"];
            if (MachineMix.OfMachine(kernel, result.Gpu.Architecture) is { } machine)
            {
                yield return ["fused in the text", Show.Percent(MachineMix.OfPtx(kernel).FusedShare), Beside(machine)];
            }

            yield return
                ["global loads", PerRequest(work.GlobalLoads), Beside(work.GlobalLoads, "sectors of 32 bytes")];
            yield return
                ["global stores", PerRequest(work.GlobalStores), Beside(work.GlobalStores, "sectors of 32 bytes")];
            yield return ["shared loads", PerRequest(work.SharedLoads), Beside(work.SharedLoads, "turns")];
            yield return ["shared stores", PerRequest(work.SharedStores), Beside(work.SharedStores, "turns")];
            yield return
            [
                "divergent branches", Show.Percent(work.DivergentShare),
                $"{Show.Count(work.DivergentBranches)} of {Show.Count(work.Branches)}",
            ];
            yield return
            [
                "registers", first.Registers.Count is { } registers ? $"{registers}" : "-", first.Registers.Source,
            ];
            yield return
            [
                "occupancy", Show.Percent(first.Occupancy.Share),
                $"{first.Occupancy.Groups} groups a multiprocessor, by {first.Occupancy.Limit}; " +
                $"{Show.Count(first.SharedBytes)} shared bytes a group",
            ];
            yield return
            [
                "bytes touched", Show.Bytes((long)(work.ReadBytes + work.WrittenBytes)),
                $"{Show.Bytes((long)(result.Work.ReadBytes + result.Work.WrittenBytes))} by the call, " +
                $"{Show.Bytes((long)result.Bytes)} by its formula",
            ];
            yield return
            [
                "operations", Show.Operations((long)work.Operations),
                $"{Show.Operations((long)result.Work.Operations)} by the call, " +
                $"{Show.Operations((long)result.Operations)} by its formula",
            ];
            yield return
            [
                "estimated", $"{Show.Rate(own.Sum(one => one.Estimate.Microseconds))} us",
                $"bound by {first.Estimate.Bound}; {Parts(first.Estimate)}",
            ];
            if (result.MeasuredMicroseconds is { } measured)
            {
                yield return
                [
                    "measured", $"{Show.Rate(measured)} us",
                    $"the call, estimated at {Show.Rate(result.Microseconds)} us",
                ];
            }
        }
    }

    /// <summary>Sectors or turns a request, and the fewest.</summary>
    public static string PerRequest(Requests requests) =>
        requests.Count > 0 ? Show.Format(requests.Mean, "0.00") : "-";

    private static string Beside(Requests requests, string what) => requests.Count == 0 ? "none"
        : $"{what} a request, {Show.Format(requests.IdealMean, "0.00")} at best; {Show.Count(requests.Count)} requests";

    private static string Beside(MachineMix machine) =>
        $"of products and sums; {Show.Percent(machine.FusedShare)} in the machine code of ptxas: " +
        $"{machine.Fma} FFMA, {machine.Multiply} FMUL, {machine.Add} FADD";

    private static string Parts(TimeEstimate estimate) => string.Join(", ", estimate.Parts
        .Where(one => one.Value >= 0.005)
        .OrderByDescending(one => one.Value)
        .Select(one => $"{one.Key} {Show.Rate(one.Value)}"));

    private static IEnumerable<string> Classes(WorkCounts work) => TextTable.Format(
        ["class", "instructions", "share"],
        work.Instructions.OrderByDescending(one => one.Value).Select(one => (string[])
            [one.Key, Show.Count(one.Value), Show.Percent(one.Value / work.WarpInstructions)]));
}
