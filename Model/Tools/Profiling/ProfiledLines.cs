using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Profiling;

/// <summary>The lines of a kernel.</summary>
public static class ProfiledLines
{
    /// <summary>Makes kernels that are profiled next the same text that their C# is found for.</summary>
    /// <param name="kernels">The kernels whose lines are asked for.</param>
    public static void Prepare(IEnumerable<PortableKernel> kernels)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        foreach (PortableKernel kernel in kernels.DistinctBy(kernel => kernel.Method))
        {
            PtxKernel.CompileAlone(kernel.Method);
        }
    }

    /// <summary>The lines of the PTX that hold instructions, in order, over these launches of one kernel.</summary>
    /// <param name="launches">The launches.</param>
    /// <param name="remark">Told why no line has its C# beside it, where that is so.</param>
    public static IReadOnlyList<ProfiledLine> Of(IReadOnlyList<LaunchProfile> launches, Action<string> remark)
    {
        ArgumentNullException.ThrowIfNull(launches);
        ArgumentNullException.ThrowIfNull(remark);
        if (launches.Count == 0)
        {
            return [];
        }

        PtxKernel kernel = launches[0].Counts.Kernel;
        IReadOnlyDictionary<int, SourcePlace> sources =
            KernelSource.Of(kernel.Kernel, kernel.Program.Text, out string? missing);
        if (missing is not null)
        {
            remark($"{kernel.Kernel.Name}: no C# stands beside its PTX, for {missing}");
        }

        return
        [
            .. launches
                .SelectMany(launch => launch.Counts.Lines().Select(line => (line, launch.Counts.Scale)))
                .GroupBy(one => one.line.Line)
                .OrderBy(lines => lines.Key)
                .Select(lines => Together(kernel, [.. lines], sources.GetValueOrDefault(lines.Key))),
        ];
    }

    private static ProfiledLine Together(
        PtxKernel kernel, IReadOnlyList<(PtxLineCounts Line, double Scale)> all, SourcePlace? source)
    {
        PtxLineCounts first = all[0].Line;
        double count = all.Sum(one => one.Line.Requests.Count * one.Scale);
        return new ProfiledLine(
            first.Line, kernel.Program.Line(first.Line),
            first.IsContracted ? "contracted" : WorkCounts.NameOf(first.Class),
            all.Sum(one => one.Line.Warps * one.Scale), all.Sum(one => one.Line.Lanes * one.Scale),
            count == 0 ? null : new Requests(
                count, all.Sum(one => one.Line.Requests.Taken * one.Scale),
                all.Sum(one => one.Line.Requests.Ideal * one.Scale)),
            all.Sum(one => one.Line.Parted * one.Scale), source);
    }
}
