// An estimate, not a measurement. A launch takes the time between two kernels, and the longest of what bounds it:
// - each unit of the multiprocessor that has most groups: instructions issued, float32, whole numbers, float64, tensor
//   cores, loads and stores (a turn of shared memory a cycle; of global memory four sectors), its port to the L2;
// - the L2: what the first caches fetch, each group having its part of one, and all that is written;
// - memory: what the launch reads and writes, where the L2 cannot hold it; else it comes from there;
// - latency: the dependences of a group (PtxSchedule), as often as groups of a multiprocessor follow one another.
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Profiling;

/// <summary>How long a launch would take on a GPU.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Microseconds">The time, the launch included.</param>
/// <param name="Bound">What bounds it.</param>
/// <param name="Parts">Microseconds of each bound.</param>
public sealed record TimeEstimate(double Microseconds, string Bound, IReadOnlyDictionary<string, double> Parts)
{
    private const int SectorsOfLine = 4;
    private const int ProductsOfInstruction = 16 * 8 * 8;

    /// <summary>The name of the time between two kernels among the bounds.</summary>
    public const string Launch = "launch";

    /// <summary>The estimate of a launch.</summary>
    internal static TimeEstimate Of(GpuModel gpu, PtxLaunchCounts counts, Occupancy occupancy)
    {
        double counted = Math.Max(1, counts.CountedGroups);
        double busiest = Math.Ceiling((double)counts.Groups / gpu.Multiprocessors);
        double turns = Math.Ceiling(busiest / Math.Max(1, occupancy.Groups));
        double cycle = 1.0 / gpu.Megahertz; // Microseconds.
        double fetched = counts.FetchedSectors * PtxAccess.SectorBytes;
        double written = counts.RequestsOf(PtxClass.GlobalStore).Taken * PtxAccess.SectorBytes;
        double touched = (counts.ReadSectors + counts.WrittenSectors) * PtxAccess.SectorBytes * counts.Scale;
        double ofGroup = busiest / counted * cycle;
        Dictionary<string, double> parts = new()
        {
            [Launch] = GpuModel.LaunchMicroseconds,
            ["issue"] = counts.Issued.Sum() * ofGroup / GpuModel.Schedulers,
            ["float32"] = Lanes(counts, PtxPipe.Float) * ofGroup / gpu.FloatLanes,
            ["whole numbers"] = Lanes(counts, PtxPipe.Integer) * ofGroup / gpu.IntegerLanes,
            ["float64"] = Lanes(counts, PtxPipe.Double) * ofGroup / gpu.DoubleLanes,
            ["tensor cores"] =
                counts.Of(PtxClass.Tensor) * (double)ProductsOfInstruction * ofGroup / gpu.TensorProducts,
            ["loads and stores"] = MemoryTurns(counts) * ofGroup,
            ["port to L2"] = (fetched + written) * ofGroup / GpuModel.PortBytes,
            ["L2"] = (fetched + written) * counts.Scale / gpu.CacheGigabytes / 1e3,
            ["memory"] = touched > gpu.CacheBytes ? touched / gpu.MemoryGigabytes / 1e3 : 0,
            ["latency"] = turns * counts.ChainCycles / counted * cycle,
        };
        (string bound, double longest) = parts.Where(one => one.Key != Launch).MaxBy(one => one.Value);
        return new TimeEstimate(
            longest + GpuModel.LaunchMicroseconds, longest < GpuModel.LaunchMicroseconds ? Launch : bound, parts);
    }

    private static double Lanes(PtxLaunchCounts counts, PtxPipe pipe) =>
        (double)counts.Issued[(int)pipe] * PtxWarp.Lanes;

    private static double MemoryTurns(PtxLaunchCounts counts)
    {
        PtxRequests global = counts.RequestsOf(PtxClass.GlobalLoad) + counts.RequestsOf(PtxClass.GlobalStore);
        PtxRequests shared = counts.RequestsOf(PtxClass.SharedLoad) + counts.RequestsOf(PtxClass.SharedStore);
        return Math.Max(global.Count, (double)global.Taken / SectorsOfLine) + shared.Taken +
            counts.LocalRequests + counts.Of(PtxClass.Shuffle) + counts.Of(PtxClass.Atomic);
    }
}
