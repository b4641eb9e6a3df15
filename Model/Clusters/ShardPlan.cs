// How a mini-batch is cut, and in which order the parts are added, whatever the number of processes:
//   rows      shard s of S has the rows [s B / S, (s + 1) B / S) of a mini-batch of B, none where that is empty
//   owners    process r of n computes the shards s with s n / S = r: neighbours
//   sum       of shards [a, b) is that of [a, m) plus that of [m, b) with m = (a + b) / 2, down to single shards
// A process adds what of this tree lies within its shards; from those sums every process adds the rest.
namespace NativeCnn.Model.Clusters;

/// <summary>The shards of a mini-batch, their owners, and the tree that they are added in.</summary>
internal sealed class ShardPlan
{
    private readonly int shards;
    private readonly int processes;

    /// <summary>Plans for some shards and processes.</summary>
    /// <param name="shards">Parts S of a mini-batch, at least as many as processes.</param>
    /// <param name="processes">Processes n.</param>
    public ShardPlan(int shards, int processes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, processes);
        this.shards = shards;
        this.processes = processes;
        MostSums = Enumerable.Range(0, processes).Max(rank => SumsOf(rank).Count);
    }

    /// <summary>The same, where as many processes can share them.</summary>
    /// <exception cref="ClusterException">There are more processes than shards.</exception>
    public static ShardPlan Of(int shards, int processes) => processes <= shards
        ? new ShardPlan(shards, processes)
        : throw new ClusterException(
            $"{processes} processes are too many: a mini-batch is cut into {shards} shards, and each process needs " +
            "one; start fewer, or give more --shards (another number gives other weights)");

    /// <summary>The most sums that a process gives to the others.</summary>
    public int MostSums { get; }

    /// <summary>The shards [First, End) of a process.</summary>
    public (int First, int End) ShardsOf(int rank) => (FirstOf(rank), FirstOf(rank + 1));

    /// <summary>The rows of a mini-batch that a shard has: its first, and how many.</summary>
    public (int First, int Count) RowsOf(int shard, int batch)
    {
        int first = (int)((long)shard * batch / shards);
        return (first, (int)((shard + 1L) * batch / shards) - first);
    }

    /// <summary>The largest parts of the tree that lie within a process's shards, from left to right.</summary>
    public IReadOnlyList<(int First, int End)> SumsOf(int rank)
    {
        (int first, int end) = ShardsOf(rank);
        List<(int, int)> sums = [];
        Visit(0, shards);
        return sums;

        void Visit(int a, int b)
        {
            if (b <= first || a >= end)
            {
                return;
            }

            if (a >= first && b <= end)
            {
                sums.Add((a, b));
                return;
            }

            Visit(a, Middle(a, b));
            Visit(Middle(a, b), b);
        }
    }

    /// <summary>The sum of shards [a, b), of parts that are there; added into the first of them.</summary>
    /// <param name="a">The first shard.</param>
    /// <param name="b">The one behind the last.</param>
    /// <param name="known">What is known of a part of the tree; null where it is to be added up.</param>
    /// <param name="add">Adds the second to the first.</param>
    public static T Sum<T>(int a, int b, Func<int, int, T?> known, Action<T, T> add)
        where T : class
    {
        if (known(a, b) is { } there)
        {
            return there;
        }

        T left = Sum(a, Middle(a, b), known, add);
        add(left, Sum(Middle(a, b), b, known, add));
        return left;
    }

    private static int Middle(int a, int b) => a + ((b - a) / 2);

    // The first shard s with s n / S >= rank, which is ceil(rank S / n).
    private int FirstOf(int rank) => (int)(((long)rank * shards + processes - 1) / processes);
}
