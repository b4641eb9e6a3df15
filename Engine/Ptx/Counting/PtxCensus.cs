namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>
/// Counts the launches of one device, in their order. Launches of many groups are counted by some of them, evenly
/// spaced: those that execute about <see cref="Budget"/> instructions. Which they are follows from the launch alone. Of
/// kernels with atomic operations, whose groups may wait for one another, all are executed.
/// </summary>
internal sealed class PtxCensus(PtxLatencies latencies)
{
    private const int FewestGroups = 16;

    /// <summary>What is done with the launches.</summary>
    public PtxCensusMode Mode { get; set; } = PtxCensusMode.List;

    /// <summary>Instructions of warps that are executed of a launch before groups are left out; 0 for all.</summary>
    public long Budget { get; set; } = 100_000_000;

    /// <summary>The cycles that a result takes.</summary>
    public PtxLatencies Latencies => latencies;

    /// <summary>Sectors of a group's part of the first cache, for a kernel and the threads of its groups.</summary>
    public Func<PtxKernel, int, long> CachedSectors { get; set; } = static (_, _) => long.MaxValue;

    /// <summary>The kernels that were launched since <see cref="Clear"/>, in order.</summary>
    public List<PtxKernel> Launched { get; } = [];

    /// <summary>What was counted of each, where it was counted.</summary>
    public List<PtxLaunchCounts> Counts { get; } = [];

    /// <summary>Forgets all launches.</summary>
    public void Clear()
    {
        Launched.Clear();
        Counts.Clear();
    }

    /// <summary>
    /// The groups to run, in their order; or the middle one first, and by what it executed the others, or some.
    /// </summary>
    /// <param name="groups">All groups.</param>
    /// <param name="counter">Counts them.</param>
    public IEnumerable<long> GroupsOf(long groups, PtxCounter counter)
    {
        bool takesAll = Budget <= 0 || counter.NeedsAllGroups;
        long probe = takesAll ? 0 : groups / 2;
        yield return probe;

        long affordable = takesAll ? groups : Budget / Math.Max(1, counter.Instructions);
        long taken = Math.Min(groups, Math.Max(FewestGroups, affordable));
        for (long i = 0; i < taken; i++)
        {
            // (Int128): a grid may have 2^31 groups in each direction.
            long one = (long)((Int128)i * groups / taken);
            if (one != probe)
            {
                yield return one;
            }
        }
    }
}
