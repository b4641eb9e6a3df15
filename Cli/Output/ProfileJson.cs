using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Profiling;

namespace NativeCnn.Cli.Output;

/// <summary><c>kernels profile --json</c>: a line a launch, then one for all together.</summary>
internal static class ProfileJson
{
    /// <summary>Prints a profile.</summary>
    /// <param name="kernel">The kernel that was asked for; null for a step.</param>
    /// <param name="result">The profile.</param>
    /// <param name="lines">Whether lines of PTX follow.</param>
    /// <param name="terminal">Where to.</param>
    public static void Print(PortableKernel? kernel, ProfileResult result, bool lines, Terminal terminal)
    {
        foreach (LaunchProfile one in result.Launches)
        {
            terminal.Json(Of(result, one), CliJson.Default.KernelProfileRecord);
        }

        terminal.Json(Together(result), CliJson.Default.KernelProfileRecord);
        foreach (IGrouping<string, LaunchProfile> one in result.Launches.GroupBy(launch => launch.Kernel.Name)
            .Where(one => lines && (kernel is null || one.Key == kernel.Name)))
        {
            foreach (ProfiledLine line in ProfiledLines.Of([.. one], remark => terminal.Warn([remark])))
            {
                terminal.Json(
                    new ProfiledLineRecord(
                        one.Key, line.Line, line.Text, line.Class, line.Warps, line.Lanes, line.Requests?.Count,
                        line.Requests?.Taken, line.Requests?.Ideal, line.Divergent, line.Source?.File,
                        line.Source?.Line, line.Source?.Text),
                    CliJson.Default.ProfiledLineRecord);
            }
        }
    }

    private static KernelProfileRecord Of(ProfileResult result, LaunchProfile one) =>
        With(result, one.Work, one.Kernel.Name, 1, one.Estimate.Microseconds) with
        {
            Groups = one.Groups,
            CountedGroups = one.CountedGroups,
            GroupSize = one.Threads,
            Registers = one.Registers.Count,
            RegistersFrom = one.Registers.Source,
            SharedBytes = one.SharedBytes,
            Occupancy = one.Occupancy.Share,
            OccupancyLimit = one.Occupancy.Limit,
            Bound = one.Estimate.Bound,
            Bounds = one.Estimate.Parts,
        };

    private static KernelProfileRecord Together(ProfileResult result) =>
        With(result, result.Work, null, result.Launches.Count, result.Microseconds) with
        {
            FormulaBytes = result.Bytes,
            FormulaOperations = result.Operations,
            MeasuredMicroseconds = result.MeasuredMicroseconds,
        };

    private static KernelProfileRecord With(
        ProfileResult result, WorkCounts work, string? kernel, int launches, double estimated) => new(
        result.Name, result.Shape, result.Rung, result.Gpu.Name, kernel, launches, null, null, null,
        work.Instructions, work.ThreadInstructions, work.Issued, work.FmaShare, work.ActiveLanes, work.Branches,
        work.DivergentBranches, Of(work.GlobalLoads), Of(work.GlobalStores), Of(work.SharedLoads),
        Of(work.SharedStores), work.ReadBytes, work.WrittenBytes, work.Operations, null, null, null, null, null, null,
        null, estimated, null, null, null);

    private static RequestsRecord? Of(Requests requests) =>
        requests.Count > 0 ? new RequestsRecord(requests.Count, requests.Taken, requests.Ideal) : null;
}
