// The second and third step of planning. Steps 0 .. n-1 are the stages' forward passes, n .. 2n-1 their backward passes
// in reverse. A value lives from its step to its last reader, a gradient from its first writer to the backward pass of
// the stage that made the value, what a stage keeps from its forward to its backward pass; input, logits and their
// gradient live for ever. LifetimeArena then places them, and each stage gets its tensors.
// Where a value has several users, the first to go back writes its gradient and the others add theirs from memory of
// one step: a linear network has no such additions.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks.Planning;

internal sealed class NetworkPlanner
{
    private readonly Network network;
    private readonly NetworkGraph graph;
    private readonly int batch;
    private readonly bool training;
    private readonly IReadOnlyList<StageGroup> groups;
    private readonly Dictionary<GraphNode, Value> values = [];
    private readonly Dictionary<GraphNode, bool> learns = [];

    public NetworkPlanner(Network network, int batch, bool training)
    {
        this.network = network;
        graph = network.Graph;
        this.batch = batch;
        this.training = training;
        Arena = new LifetimeArena(network.Device);
        groups = Cover.Of(graph, network.Fusions, network.Device, batch, training);
        PlaceValues();
        InputGradients[] gradients = PlaceGradients();
        Stages = [.. groups.Select((group, i) => PlanStage(i, group, gradients[i]))];
        Value output = values[graph.Output];
        Input = Arena.View<float>(values[graph.Input].Slot, Batched(graph.Input));
        Logits = Arena.View<float>(output.Slot, Batched(graph.Output));
        LogitsGradient = output.Gradient is { } gradient ? Arena.View<float>(gradient, Logits.Shape) : null;
        Arena.Place();
    }

    public LifetimeArena Arena { get; }

    public IReadOnlyList<PlannedStage> Stages { get; }

    public Tensor<float> Input { get; }

    public Tensor<float> Logits { get; }

    public Tensor<float>? LogitsGradient { get; }

    /// <summary>True where the last stage gives the logits.</summary>
    public bool EndsInLogits => training && groups.Count > 0 && groups[^1].Nodes[^1] == graph.Output;

    /// <summary>Floating-point operations of a forward pass.</summary>
    public long ForwardOperations => ForwardOperationsOf(graph.Nodes);

    /// <summary>Floating-point operations of a backward pass.</summary>
    public long BackwardOperations => BackwardOperationsOf(graph.Nodes);

    private int LastStep => training ? (2 * groups.Count) - 1 : groups.Count - 1;

    private int BackwardOf(int stage) => (2 * groups.Count) - 1 - stage;

    private Shape Batched(GraphNode node) => GraphNode.Batched(node.Output, batch);

    private long ForwardOperationsOf(IEnumerable<GraphNode> nodes) => batch * nodes.Sum(node => node.Cost.Forward);

    private long BackwardOperationsOf(IEnumerable<GraphNode> nodes) => batch * nodes.Sum(node =>
        node.Cost.BackwardParameters + (node.Inputs.Any(Learns) ? node.Cost.BackwardInput : 0));

    /// <summary>True where a node's output depends on something that is learnt, or whose gradient is asked for.</summary>
    private bool Learns(GraphNode node)
    {
        if (!learns.TryGetValue(node, out bool known))
        {
            known = node.ParameterCount > 0 || node.Inputs.Any(Learns) ||
                (node == graph.Input && network.HasGradientOfInput);
            learns.Add(node, known);
        }

        return known;
    }

    private void PlaceValues()
    {
        Dictionary<GraphNode, int> madeBy = [];
        for (int i = 0; i < groups.Count; i++)
        {
            madeBy.Add(groups[i].Nodes[^1], i);
        }

        values.Add(graph.Input, new Value(Arena.Reserve(Batched(graph.Input).Length), Born: -1));
        foreach (GraphNode node in graph.Nodes)
        {
            if (node.Layer!.IsView(training))
            {
                values.Add(node, values[node.Inputs[0]]);
            }
            else if (madeBy.TryGetValue(node, out int stage))
            {
                values.Add(node, new Value(Arena.Reserve(Batched(node).Length), stage));
            }
        }

        for (int i = 0; i < groups.Count; i++)
        {
            Value y = values[groups[i].Nodes[^1]];
            y.Slot.Live(i, i);
            bool goesBack = training && Learns(groups[i].Nodes[^1]);
            if (goesBack && groups[i].BackwardReads.HasFlag(Reads.Output))
            {
                y.Slot.Live(i, BackwardOf(i));
            }

            foreach (GraphNode input in groups[i].Nodes[0].Inputs)
            {
                Value x = values[input];
                x.Slot.Live(
                    x.Born, goesBack && groups[i].BackwardReads.HasFlag(Reads.Inputs) ? BackwardOf(i) : i);
            }
        }

        values[graph.Input].Slot.Live(0, LastStep);
        values[graph.Output].Slot.Live(0, LastStep);
        if (network.Memory == ActivationMemory.Kept)
        {
            foreach (Value value in values.Values)
            {
                value.Slot.Live(0, LastStep);
            }
        }
    }

    /// <summary>For each stage, where its inputs' gradients go, and which of them are added afterwards.</summary>
    private InputGradients[] PlaceGradients()
    {
        var all = new InputGradients[groups.Count];
        if (training && Learns(graph.Output))
        {
            Value output = values[graph.Output];
            output.Gradient = Arena.Reserve(Batched(graph.Output).Length);
            output.Gradient.Live(0, LastStep);
        }

        for (int i = groups.Count - 1; i >= 0; i--)
        {
            StageGroup group = groups[i];
            IReadOnlyList<GraphNode> inputs = group.Nodes[0].Inputs;
            all[i] = new InputGradients(new MemorySlot?[inputs.Count], []);
            if (!training || !Learns(group.Nodes[^1]))
            {
                continue;
            }

            Value y = values[group.Nodes[^1]];
            for (int input = 0; input < inputs.Count; input++)
            {
                Value x = values[inputs[input]];
                if (!Learns(inputs[input]))
                {
                    continue;
                }

                if (x.Gradient is not null)
                {
                    MemorySlot part = Arena.Reserve(x.Slot.Elements);
                    Live(part, BackwardOf(i), BackwardOf(i));
                    all[i].Sums.Add((part, input));
                    all[i].Slots[input] = part;
                    continue;
                }

                bool inPlace = group.BackwardsInPlace && inputs.Count == 1 && y != values[graph.Output] &&
                    y.Gradient!.Elements == x.Slot.Elements && network.Memory == ActivationMemory.Reused;
                x.Gradient = inPlace ? y.Gradient! : Arena.Reserve(x.Slot.Elements);
                Live(x.Gradient, BackwardOf(i), Math.Min(LastStep, BackwardOf(x.Born)));
                all[i].Slots[input] = x.Gradient;
            }
        }

        return all;
    }

    private PlannedStage PlanStage(int stage, StageGroup group, InputGradients gradients)
    {
        IReadOnlyList<GraphNode> inputs = group.Nodes[0].Inputs;
        Value y = values[group.Nodes[^1]];
        var at = new StagePlan(
            network, Arena, batch, training, group.Nodes, [.. inputs.Select(input => values[input].Slot)],
            gradients.Slots, y.Slot, y.Gradient, (slot, kept) =>
            {
                if (kept && training)
                {
                    Live(slot, stage, BackwardOf(stage));
                    return;
                }

                Live(slot, stage, stage);
                if (training)
                {
                    Live(slot, BackwardOf(stage), BackwardOf(stage));
                }
            });
        return new PlannedStage(
            group.Name, group.Nodes.Count > 1, group.Plan(at), at, y.Gradient is not null,
            [.. gradients.Sums.Select(sum => SumOf(sum.Part, values[inputs[sum.Input]].Gradient!))],
            ForwardWorkOf(group), BackwardWorkOf(group));
    }

    private StageWork ForwardWorkOf(StageGroup group)
    {
        long elements = Elements(group.Nodes[0].Inputs) + Batched(group.Nodes[^1]).Length + Learnt(group);
        return new StageWork(ForwardOperationsOf(group.Nodes), elements * sizeof(float));
    }

    private StageWork BackwardWorkOf(StageGroup group)
    {
        IReadOnlyList<GraphNode> inputs = group.Nodes[0].Inputs;
        long output = Batched(group.Nodes[^1]).Length;
        long elements = output + Elements(inputs.Where(Learns)) + (3 * Learnt(group));
        elements += group.BackwardReads.HasFlag(Reads.Inputs) ? Elements(inputs) : 0;
        elements += group.BackwardReads.HasFlag(Reads.Output) ? output : 0;
        return new StageWork(BackwardOperationsOf(group.Nodes), elements * sizeof(float));
    }

    private long Elements(IEnumerable<GraphNode> nodes) => nodes.Sum(node => (long)Batched(node).Length);

    private static long Learnt(StageGroup group) => group.Nodes.Sum(node => (long)node.ParameterCount);

    private GradientSum SumOf(MemorySlot part, MemorySlot gradient)
    {
        var shape = new Shape(part.Elements);
        return new GradientSum(
            new Add(network.Device, part.Elements), Arena.View<float>(part, shape), Arena.View<float>(gradient, shape));
    }

    private void Live(MemorySlot slot, int first, int last)
    {
        slot.Live(first, last);
        if (network.Memory == ActivationMemory.Kept)
        {
            slot.Live(0, LastStep);
        }
    }

    /// <summary>Where the gradients of a stage's inputs go.</summary>
    /// <param name="Slots">For each input, null where nobody needs it.</param>
    /// <param name="Sums">Those that are added to what another user of the value wrote before.</param>
    private sealed record InputGradients(MemorySlot?[] Slots, List<(MemorySlot Part, int Input)> Sums);

    /// <summary>
    /// The output of a stage, or the network's input; layers that compute nothing share that of their input.
    /// </summary>
    private sealed record Value(MemorySlot Slot, int Born)
    {
        public MemorySlot? Gradient { get; set; }
    }
}
