using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks.Planning;

/// <summary>
/// The place that a stage is planned for: device, batch size, tensors, parameters and memory. Tensors can be handed to
/// operators when the stage runs; they have no memory yet while it is planned.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class StagePlan
{
    private readonly Network network;
    private readonly LifetimeArena arena;
    private readonly (MemorySlot Slot, Shape Shape)[] inputs;
    private readonly (MemorySlot Slot, Shape Shape)? dX;
    private readonly (MemorySlot Slot, Shape Shape) y;
    private readonly (MemorySlot Slot, Shape Shape)? dY;
    private readonly Action<MemorySlot, bool> live;

    internal StagePlan(
        Network network, LifetimeArena arena, int batch, bool training, IReadOnlyList<GraphNode> nodes,
        MemorySlot[] inputs, MemorySlot?[] inputGradients, MemorySlot output, MemorySlot? outputGradient,
        Action<MemorySlot, bool> live)
    {
        this.network = network;
        this.arena = arena;
        this.live = live;
        Batch = batch;
        Training = training;
        Nodes = nodes;
        this.inputs = [.. inputs.Select((slot, i) => (slot, GraphNode.Batched(Node.Inputs[i].Output, batch)))];
        y = (output, GraphNode.Batched(nodes[^1].Output, batch));
        dY = outputGradient is null ? null : (outputGradient, y.Shape);
        dX = inputGradients[0] is { } gradient ? (gradient, this.inputs[0].Shape) : null;
        Inputs = [.. this.inputs.Select(input => arena.View<float>(input.Slot, input.Shape))];
        InputGradients =
        [
            .. inputGradients.Select(
                (slot, i) => slot is null ? null : arena.View<float>(slot, this.inputs[i].Shape)),
        ];
        Y = arena.View<float>(y.Slot, y.Shape);
        DY = dY is { } some ? arena.View<float>(some.Slot, some.Shape) : null;
    }

    /// <summary>Where the stage runs.</summary>
    public ComputeDevice Device => network.Device;

    /// <summary>Clips of a mini-batch.</summary>
    public int Batch { get; }

    /// <summary>True where a backward pass follows, and dropout drops.</summary>
    public bool Training { get; }

    /// <summary>The layers that the stage runs: one, or the chain that a fusion covers.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The first of <see cref="Nodes"/>.</summary>
    public GraphNode Node => Nodes[0];

    /// <summary>The step and the learning rate, on the device.</summary>
    public TrainingProgress Progress => network.Progress;

    /// <summary>Seed of all draws of the network.</summary>
    public ulong Seed => network.Seed;

    /// <summary>Tells the draws of this layer from those of others.</summary>
    public uint RandomStream => (uint)Node.Index;

    /// <summary>The first input of one clip.</summary>
    public Shape InputShape => Node.InputShapes[0];

    /// <summary>The first input, [B, ...].</summary>
    public Tensor<float> X => Inputs[0];

    /// <summary>The inputs, [B, ...].</summary>
    public IReadOnlyList<Tensor<float>> Inputs { get; }

    /// <summary>The output, [B, ...].</summary>
    public Tensor<float> Y { get; }

    /// <summary>The gradient of the output; null in a plan for inference, and where nothing before learns.</summary>
    public Tensor<float>? DY { get; }

    /// <summary>Where the gradient of the first input goes; null where nobody needs it.</summary>
    public Tensor<float>? DX => InputGradients[0];

    /// <summary>Where the gradients of the inputs go; null where nobody needs one.</summary>
    public IReadOnlyList<Tensor<float>?> InputGradients { get; }

    /// <summary>A parameter that the first layer declared.</summary>
    public Parameter this[string name] => ParameterOf(Node, name);

    /// <summary>A parameter that a layer of the stage declared.</summary>
    public Parameter ParameterOf(GraphNode node, string name) => Find(node, name) ?? throw new ArgumentException(
        $"{node.Name} declared no parameter '{name}'", nameof(name));

    /// <summary>A parameter of the first layer, or null where it declared none of the name.</summary>
    public Parameter? Find(string name) => Find(Node, name);

    /// <summary>A tensor without gradient that the first layer declared by <c>own.Keep</c>.</summary>
    public Tensor<float> State(string name) => StateOf(Node, name);

    /// <summary>The same of a layer of the stage.</summary>
    public Tensor<float> StateOf(GraphNode node, string name) => network.StateOf(node, name)?.Value
        ?? throw new ArgumentException($"{node.Name} keeps no '{name}'", nameof(name));

    /// <summary>Memory that holds from the forward to the backward pass.</summary>
    /// <typeparam name="T">float or int.</typeparam>
    public Tensor<T> Keep<T>(Shape shape) where T : unmanaged => Own<T>(shape, kept: true);

    /// <summary>Memory that holds within one pass of the stage.</summary>
    public Tensor<float> Temporary(Shape shape) => Own<float>(shape, kept: false);

    /// <summary>The first input under another shape of as many elements.</summary>
    internal Tensor<float> XAs(Shape shape) => arena.View<float>(inputs[0].Slot, shape);

    internal Tensor<float> YAs(Shape shape) => arena.View<float>(y.Slot, shape);

    internal Tensor<float>? DYAs(Shape shape) => dY is { } some ? arena.View<float>(some.Slot, shape) : null;

    internal Tensor<float>? DXAs(Shape shape) => dX is { } some ? arena.View<float>(some.Slot, shape) : null;

    internal Parameter? Find(GraphNode node, string name) => network.ParameterOf(node, name);

    private Tensor<T> Own<T>(Shape shape, bool kept) where T : unmanaged
    {
        MemorySlot slot = arena.Reserve(shape.Length);
        live(slot, kept);
        return arena.View<T>(slot, shape);
    }
}
