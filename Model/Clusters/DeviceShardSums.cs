// Sums of shards that stay on the devices: the same numbers in the same order as ShardSums adds them, by operators, so
// that they are the same bits. What a process is asked, whether it shall stop, goes by itself over what connects the
// hosts, before anything is given to the cards: so no card waits for one that stopped.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Clusters;

/// <summary>Adds up shards in the memory of the devices, exchanged by what connects these.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class DeviceShardSums : IShardSums
{
    private readonly ICollective processes;
    private readonly IDeviceCollective devices;
    private readonly Parameters parameters;
    private readonly Tensor<float> shareOfShard;
    private readonly Tensor<float>?[] ofShard;
    private readonly Tensor<float> stateBefore;
    private readonly Tensor<float> stateNegated;
    private readonly Tensor<float> minusOne;
    private readonly Tensor<float> own;
    private readonly Tensor<float> received;
    private readonly Tensor<float> totalSlice;
    private readonly Tensor<float> all;
    private readonly List<(Tensor<float> Sum, Tensor<float> Term)> additions = [];
    private readonly Add addSums;
    private readonly Add addSlices;
    private readonly Add? addState;
    private readonly ChannelScale? scaleState;
    private readonly int gradients;
    private readonly int state;
    private readonly int slice;
    private readonly int block;

    /// <summary>Plans the sums of a network's gradients.</summary>
    /// <param name="processes">Who trains.</param>
    /// <param name="devices">What connects their devices.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="shards">Shards of a mini-batch.</param>
    /// <param name="shareOfShard">[1]: the share of the shard at hand, as <see cref="Take"/> is told it.</param>
    /// <exception cref="ClusterException">There are more processes than shards.</exception>
    public DeviceShardSums(
        ICollective processes, IDeviceCollective devices, Parameters parameters, int shards, Tensor<float> shareOfShard)
    {
        this.processes = processes;
        this.devices = devices;
        this.parameters = parameters;
        this.shareOfShard = shareOfShard;
        int count = processes.Count;
        Plan = ShardPlan.Of(shards, count);
        ComputeDevice device = parameters.Gradients.Device;
        (gradients, state) = (parameters.Gradients.Length, parameters.State.Length);
        ofShard = new Tensor<float>[shards];
        var exchange = new SumExchange(Plan, shards, count, gradients + state, beside: 0);
        (slice, block) = (exchange.Slice, exchange.Block);
        own = device.Allocate<float>(new Shape(block * count));
        received = device.Allocate<float>(new Shape(block * count));
        all = device.Allocate<float>(new Shape(slice * count));
        totalSlice = SliceAt(exchange.Total);
        additions.AddRange(exchange.Additions.Select(one => (SliceAt(one.Sum), SliceAt(one.Term))));
        addSums = new Add(device, slice * count);
        addSlices = new Add(device, slice);
        stateBefore = device.Allocate<float>(new Shape(state));
        stateNegated = device.Allocate<float>(new Shape(state));
        minusOne = device.Upload<float>(new Shape(1), [-1]);
        if (state > 0)
        {
            addState = new Add(device, state);
            scaleState = new ChannelScale(device, 1, state);
        }

        Tensor<float> SliceAt(int offset) => received.Slice(offset, new Shape(slice));
    }

    /// <inheritdoc/>
    public ShardPlan Plan { get; }

    /// <inheritdoc/>
    public void Begin()
    {
        stateBefore.CopyFrom(parameters.State);
        scaleState?.Forward(stateBefore, minusOne, stateNegated);
    }

    /// <inheritdoc/>
    public void Take(int shard, float share)
    {
        // As long as all slices together: what is behind the sum is zero and stays so.
        Tensor<float> sum = ofShard[shard] ??=
            parameters.Gradients.Device.Allocate<float>(new Shape(slice * processes.Count));
        if (share == 0)
        {
            sum.Clear();
            return;
        }

        sum.Slice(0, new Shape(gradients)).CopyFrom(parameters.Gradients);
        parameters.Gradients.Clear();
        if (state > 0)
        {
            Tensor<float> moved = sum.Slice(gradients, new Shape(state));
            addState!.Forward(parameters.State, stateNegated, moved);
            scaleState!.Forward(moved, shareOfShard, moved);
            parameters.State.CopyFrom(stateBefore);
        }
    }

    /// <inheritdoc/>
    public void Finish(bool stops)
    {
        if (processes.Gather<byte>([stops ? (byte)1 : (byte)0]).Contains((byte)1))
        {
            throw new OperationCanceledException("a process was asked to stop");
        }

        devices.AllToAll(Own(), received);
        foreach ((Tensor<float> sum, Tensor<float> term) in additions)
        {
            addSlices.Accumulate(term, sum);
        }

        devices.AllGather(totalSlice, all);
        parameters.Gradients.CopyFrom(all.Slice(0, new Shape(gradients)));
        addState?.Forward(all.Slice(gradients, new Shape(state)), stateBefore, parameters.State);
    }

    /// <summary>This process's sums, in blocks for each process; one sum lies so already.</summary>
    private Tensor<float> Own()
    {
        Tensor<float>[] sums =
        [
            .. Plan.SumsOf(processes.Rank).Select(one => ShardPlan.Sum(
                one.First, one.End, (a, b) => b - a == 1 ? ofShard[a] : null,
                (sum, term) => addSums.Accumulate(term, sum))),
        ];
        if (Plan.MostSums == 1)
        {
            return sums[0];
        }

        var part = new Shape(slice);
        for (int rank = 0; rank < processes.Count; rank++)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                own.Slice((rank * block) + (i * slice), part).CopyFrom(sums[i].Slice(rank * slice, part));
            }
        }

        return own;
    }
}
