// How sums of shards travel. Of n processes each adds an n-th of the numbers of all, so that a process receives little
// more than twice their bytes, however many processes there are (as in R. Thakur, R. Rabenseifner, W. Gropp,
// "Optimization of Collective Communication Operations in MPICH", 2005, but in the order of the tree):
//   own        for each process a block: its slice of each sum that this process has, then what else it is told
//   received   a block of each process; the slices in it are added in the order of the tree
//   all        the slices of the total, one of each process
namespace NativeCnn.Model.Clusters;

/// <summary>Where slices of sums lie in what processes give each other, and in which order they are added.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
internal sealed class SumExchange
{
    private readonly List<(int Sum, int Term)> additions = [];

    /// <summary>Plans for sums of one length.</summary>
    /// <param name="plan">Who has which sums.</param>
    /// <param name="shards">Shards of a mini-batch.</param>
    /// <param name="processes">How many processes there are.</param>
    /// <param name="length">Numbers of a sum.</param>
    /// <param name="beside">Numbers of a block beside its slices.</param>
    public SumExchange(ShardPlan plan, int shards, int processes, int length, int beside)
    {
        Slice = (length + processes - 1) / processes;
        Block = (plan.MostSums * Slice) + beside;
        Dictionary<(int, int), Place> places = [];
        for (int rank = 0; rank < processes; rank++)
        {
            IReadOnlyList<(int First, int End)> sums = plan.SumsOf(rank);
            for (int i = 0; i < sums.Count; i++)
            {
                places.Add(sums[i], new Place((rank * Block) + (i * Slice)));
            }
        }

        Total = ShardPlan.Sum(
            0, shards, (a, b) => places.GetValueOrDefault((a, b)),
            (sum, term) => additions.Add((sum.Offset, term.Offset))).Offset;
    }

    /// <summary>Numbers of a slice: the n-th part of a sum, rounded up.</summary>
    public int Slice { get; }

    /// <summary>Numbers of a block.</summary>
    public int Block { get; }

    /// <summary>Where the total's slice lies in what was received, once all additions are done.</summary>
    public int Total { get; }

    /// <summary>
    /// Where slices lie in what was received of which the second is added to the first, in this order.
    /// </summary>
    public IReadOnlyList<(int Sum, int Term)> Additions => additions;

    private sealed record Place(int Offset);
}
