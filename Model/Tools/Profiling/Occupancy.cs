// How many groups a multiprocessor holds at a time: NVIDIA's occupancy calculator, for compute capabilities 8.0 to 9.0.
namespace NativeCnn.Tools.Profiling;

/// <summary>What a multiprocessor holds of a kernel at a time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Groups">Groups.</param>
/// <param name="Share">Their warps, of those that it could hold.</param>
/// <param name="Limit">What allows no more: registers, shared memory, threads or groups.</param>
public sealed record Occupancy(int Groups, double Share, string Limit)
{
    private const int Lanes = 32;
    private const int RegisterUnit = 256; // Registers are given out by so many to a warp.
    private const int SharedUnit = 128;
    private const int SharedReserved = 1024; // Of every group, by the system.

    /// <summary>The occupancy of a kernel.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="registers">Registers of a thread; null where they are not known: they limit nothing.</param>
    /// <param name="sharedBytes">Shared bytes of a group.</param>
    public static Occupancy Of(GpuModel gpu, int threads, int? registers, int sharedBytes)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        int warps = (threads + Lanes - 1) / Lanes;
        List<(int Groups, string Limit)> limits =
        [
            (gpu.MostThreads / (warps * Lanes), "threads"), (gpu.MostGroups, "groups"),
        ];
        if (registers is { } known)
        {
            int ofWarp = Rounded(Math.Max(1, known) * Lanes, RegisterUnit);
            int ofScheduler = GpuModel.Registers / GpuModel.Schedulers / ofWarp;
            limits.Add((ofScheduler * GpuModel.Schedulers / warps, "registers"));
        }

        if (sharedBytes > 0)
        {
            limits.Add((gpu.SharedBytes / Rounded(sharedBytes + SharedReserved, SharedUnit), "shared memory"));
        }

        (int groups, string limit) = limits.MinBy(one => one.Groups);
        return new Occupancy(groups, (double)(groups * warps * Lanes) / gpu.MostThreads, limit);
    }

    private static int Rounded(int number, int unit) => (number + unit - 1) / unit * unit;
}
