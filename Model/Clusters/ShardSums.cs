// The gradients of a mini-batch's shards become those of the mini-batch: each shard's are taken off the network when it
// is done, added in the fixed tree of ShardPlan, exchanged, and put back. Of n processes each adds an n-th of the
// numbers of all, so that a process receives little more than twice their bytes, however many processes there are (as
// in R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of Collective Communication Operations in MPICH", 2005, but in
// the order of the tree). What the network keeps beside its weights,
// the running statistics of batch normalisation, goes along: each shard starts from those before the step and moves
// them by its own rows ("ghost batch normalisation", Hoffer et al. 2017), and the step moves them by the mean of that,
// each shard by its share of the rows.
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Clusters;

/// <summary>Adds up what the shards of a mini-batch come to, over all processes.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class ShardSums
{
    private readonly ICollective processes;
    private readonly Parameters parameters;
    private readonly int shards;
    private readonly int length;
    private readonly float[] stateBefore;
    private readonly float[]?[] ofShard;
    private readonly int slice;
    private readonly int block;
    private readonly float[] own;
    private readonly float[] received;
    private readonly float[] all;
    private readonly List<(int Sum, int Term)> additions = [];
    private readonly int total;

    /// <summary>Plans the sums of a network's gradients.</summary>
    /// <param name="processes">Who trains.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="shards">Shards of a mini-batch.</param>
    /// <exception cref="ClusterException">There are more processes than shards.</exception>
    public ShardSums(ICollective processes, Parameters parameters, int shards)
    {
        if (processes.Count > shards)
        {
            throw new ClusterException(
                $"{processes.Count} processes are too many: a mini-batch is cut into {shards} shards, and each process " +
                "needs one; start fewer, or give more --shards (another number gives other weights)");
        }

        this.processes = processes;
        this.parameters = parameters;
        this.shards = shards;
        Plan = new ShardPlan(shards, processes.Count);
        length = parameters.Gradients.Length + parameters.State.Length;
        stateBefore = new float[parameters.State.Length];
        ofShard = new float[shards][];
        slice = (length + processes.Count - 1) / processes.Count;

        // A slice of each sum, and a last number: whether the process was asked to stop.
        block = (Plan.MostSums * slice) + 1;
        own = new float[block * processes.Count];
        received = new float[own.Length];
        all = new float[slice * processes.Count];
        Dictionary<(int, int), Place> places = [];
        for (int rank = 0; rank < processes.Count; rank++)
        {
            IReadOnlyList<(int First, int End)> sums = Plan.SumsOf(rank);
            for (int i = 0; i < sums.Count; i++)
            {
                places.Add(sums[i], new Place((rank * block) + (i * slice)));
            }
        }

        total = ShardPlan.Sum(
            0, shards, (a, b) => places.GetValueOrDefault((a, b)),
            (sum, term) => additions.Add((sum.Offset, term.Offset))).Offset;
    }

    /// <summary>Who has which shards and rows.</summary>
    public ShardPlan Plan { get; }

    /// <summary>Begins a step.</summary>
    public void Begin() => parameters.State.CopyTo(stateBefore);

    /// <summary>
    /// Takes what a shard came to, and leaves the network's gradients 0 and its state as it was before the step.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="share">Its share of the mini-batch's rows; 0 where it has none and nothing was computed.</param>
    public void Take(int shard, float share)
    {
        float[] sum = ofShard[shard] ??= new float[length];
        if (share == 0)
        {
            sum.AsSpan().Clear();
            return;
        }

        parameters.Gradients.CopyTo(sum.AsSpan(0, parameters.Gradients.Length));
        parameters.Gradients.Clear();
        Span<float> state = sum.AsSpan(parameters.Gradients.Length);
        if (state.Length > 0)
        {
            parameters.State.CopyTo(state);
            TensorPrimitives.Subtract<float>(state, stateBefore, state);
            TensorPrimitives.Multiply(state, share, state);
            parameters.State.CopyFrom(stateBefore);
        }
    }

    /// <summary>Adds all shards of all processes, and gives the network the gradients and the state of the step.</summary>
    /// <param name="stops">Whether this process was asked to stop.</param>
    /// <exception cref="OperationCanceledException">One of the processes was: all stop at the same step.</exception>
    /// <exception cref="ClusterException">A process ended, or was silent for too long.</exception>
    public void Finish(bool stops)
    {
        IReadOnlyList<(int First, int End)> mine = Plan.SumsOf(processes.Rank);
        for (int i = 0; i < mine.Count; i++)
        {
            float[] sum = ShardPlan.Sum(
                mine[i].First, mine[i].End, (a, b) => b - a == 1 ? ofShard[a] : null, Add);
            for (int rank = 0; rank < processes.Count; rank++)
            {
                SliceOf(sum, rank).CopyTo(own.AsSpan((rank * block) + (i * slice)));
            }
        }

        for (int end = block; end <= own.Length; end += block)
        {
            own[end - 1] = stops ? 1 : 0;
        }

        processes.AllToAll(MemoryMarshal.AsBytes(own.AsSpan()), MemoryMarshal.AsBytes(received.AsSpan()));
        for (int end = block; end <= received.Length; end += block)
        {
            if (received[end - 1] != 0)
            {
                throw new OperationCanceledException("a process was asked to stop");
            }
        }

        foreach ((int sum, int term) in additions)
        {
            Span<float> into = received.AsSpan(sum, slice);
            TensorPrimitives.Add(into, received.AsSpan(term, slice), into);
        }

        processes.AllGather(
            MemoryMarshal.AsBytes(received.AsSpan(total, slice)), MemoryMarshal.AsBytes(all.AsSpan()));
        Span<float> step = all.AsSpan(0, length);
        parameters.Gradients.CopyFrom(step[..parameters.Gradients.Length]);
        if (stateBefore.Length > 0)
        {
            Span<float> state = step[parameters.Gradients.Length..];
            TensorPrimitives.Add<float>(state, stateBefore, state);
            parameters.State.CopyFrom(state);
        }
    }

    /// <summary>The part of a sum that a process adds up.</summary>
    private ReadOnlySpan<float> SliceOf(float[] sum, int rank)
    {
        int first = Math.Min(rank * slice, length);
        return sum.AsSpan(first, Math.Min(slice, length - first));
    }

    private static void Add(float[] sum, float[] term) => TensorPrimitives.Add<float>(sum, term, sum);

    private sealed record Place(int Offset);
}
