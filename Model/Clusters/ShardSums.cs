// The gradients of a mini-batch's shards become those of the mini-batch: each shard's are taken off the network when it
// is done, added in the fixed tree of ShardPlan, exchanged as SumExchange says, and put back. What the network keeps
// beside its weights, the running statistics of batch normalisation, goes along: each shard starts from those before the
// step and moves them by its own rows ("ghost batch normalisation", Hoffer et al. 2017), and the step moves them by the
// mean of that, each shard by its share of the rows.
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Clusters;

/// <summary>Adds up shards through the machine's memory, whatever carries bytes between the processes.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class ShardSums : IShardSums
{
    private readonly ICollective processes;
    private readonly Parameters parameters;
    private readonly int shards;
    private readonly int length;
    private readonly float[] stateBefore;
    private readonly float[]?[] ofShard;
    private readonly SumExchange exchange;
    private readonly float[] own;
    private readonly float[] received;
    private readonly float[] all;

    /// <summary>Plans the sums of a network's gradients.</summary>
    /// <param name="processes">Who trains.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="shards">Shards of a mini-batch.</param>
    /// <exception cref="ClusterException">There are more processes than shards.</exception>
    public ShardSums(ICollective processes, Parameters parameters, int shards)
    {
        this.processes = processes;
        this.parameters = parameters;
        this.shards = shards;
        Plan = ShardPlan.Of(shards, processes.Count);
        length = parameters.Gradients.Length + parameters.State.Length;
        stateBefore = new float[parameters.State.Length];
        ofShard = new float[shards][];

        // Beside the slices one number: whether the process was asked to stop.
        exchange = new SumExchange(Plan, shards, processes.Count, length, beside: 1);
        own = new float[exchange.Block * processes.Count];
        received = new float[own.Length];
        all = new float[exchange.Slice * processes.Count];
    }

    /// <inheritdoc/>
    public ShardPlan Plan { get; }

    /// <inheritdoc/>
    public void Begin() => parameters.State.CopyTo(stateBefore);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Finish(bool stops)
    {
        (int slice, int block) = (exchange.Slice, exchange.Block);
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

        foreach ((int sum, int term) in exchange.Additions)
        {
            Span<float> into = received.AsSpan(sum, slice);
            TensorPrimitives.Add(into, received.AsSpan(term, slice), into);
        }

        processes.AllGather(
            MemoryMarshal.AsBytes(received.AsSpan(exchange.Total, slice)), MemoryMarshal.AsBytes(all.AsSpan()));
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
        int first = Math.Min(rank * exchange.Slice, length);
        return sum.AsSpan(first, Math.Min(exchange.Slice, length - first));
    }

    private static void Add(float[] sum, float[] term) => TensorPrimitives.Add<float>(sum, term, sum);
}
