// A network: a graph of layers with parameters on a device, and plans for the batch sizes it is used with.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Networks;

/// <summary>
/// A network on a device: [B, C, T] -> [B, classes] logits. The parameters are shared by all plans; a plan for each
/// batch size and purpose is made at its first use and kept.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Network
{
    private readonly Dictionary<(int Batch, bool Training), NetworkPlan> plans = [];
    private readonly Dictionary<(GraphNode Node, string Name), Parameter> parameters = [];
    private readonly Dictionary<(GraphNode Node, string Name), NetworkState> states = [];
    private Tensor<float>? memory;
    private bool isPrepared;

    /// <summary>Builds a network from a list of layers and draws its initial weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="spec">Its layers.</param>
    /// <param name="channels">Channels C of the input: coefficients or mel bands.</param>
    /// <param name="length">Time steps T of the input.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Seed of the initial weights and of dropout.</param>
    /// <param name="forTraining">False saves the memory of the gradients.</param>
    /// <exception cref="NetworkSpecException">
    /// The layers do not fit one another or the input, or there is no room for what they learn.
    /// </exception>
    public Network(
        ComputeDevice device, NetworkSpec spec, int channels, int length, int classes, ulong seed = 0,
        bool forTraining = true)
        : this(
            device, new NetworkGraph(spec, new Shape(channels, length), classes), spec.Initializer, seed, forTraining)
    {
    }

    /// <summary>Puts a graph on a device and draws its initial weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="graph">Its layers.</param>
    /// <param name="initializer">How weights begin.</param>
    /// <param name="seed">Seed of the initial weights and of dropout.</param>
    /// <param name="forTraining">False saves the memory of the gradients.</param>
    /// <exception cref="NetworkSpecException">There is no room for what it learns.</exception>
    public Network(
        ComputeDevice device, NetworkGraph graph, Initializer initializer = Initializer.FanIn, ulong seed = 0,
        bool forTraining = true)
        : this(device, graph, seed, forTraining)
    {
        TakeMemory();
        DrawInitialWeights(initializer);
    }

    private Network(ComputeDevice device, NetworkGraph graph, ulong seed, bool forTraining)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(graph);
        Device = device;
        Graph = graph;
        Seed = seed;
        Progress = new TrainingProgress(device);
        Parameters = new Parameters(device, forTraining);
        try
        {
            foreach ((GraphNode node, DeclaredTensor one) in AllDeclared)
            {
                string name = $"{node.Name}.{one.Name}";
                if (one.IsLearnt)
                {
                    parameters.Add((node, one.Name), Parameters.Plan(name, one.Shape));
                }
                else
                {
                    states.Add((node, one.Name), Parameters.PlanState(name, one.Shape));
                }
            }
        }
        catch (ArgumentException error)
        {
            throw new NetworkSpecException(
                $"the network '{graph.Name}' learns too much: {error.WithoutParameter()}; use fewer filters or outputs",
                error);
        }
    }

    /// <summary>
    /// A network without memory: to be told about, to be asked whether there is <see cref="ExpectRoom">room</see>, and
    /// then to be begun.
    /// </summary>
    /// <param name="device">Where it will live.</param>
    /// <param name="graph">Its layers.</param>
    /// <param name="seed">Seed of the initial weights and of dropout.</param>
    /// <param name="forTraining">False saves the memory of the gradients.</param>
    /// <param name="fused">False plans each layer by itself.</param>
    /// <exception cref="NetworkSpecException">It learns more than one block of memory holds.</exception>
    internal static Network Planned(
        ComputeDevice device, NetworkGraph graph, ulong seed = 0, bool forTraining = true, bool fused = true) =>
        new(device, graph, seed, forTraining) { Fusions = fused ? FusionRules.All : FusionRules.None };

    /// <summary>
    /// Takes the memory of what is learnt and kept. Where the values come from a file none are drawn: they are zero.
    /// </summary>
    /// <param name="initializer">How weights begin; null for those of a file.</param>
    /// <exception cref="NetworkSpecException">There is no room for it.</exception>
    internal void Begin(Initializer? initializer)
    {
        TakeMemory();
        if (initializer is { } drawn)
        {
            DrawInitialWeights(drawn);
        }
    }

    /// <summary>Throws, before anything is taken, unless there is room for the network and a mini-batch of it.</summary>
    /// <param name="batch">Clips of a mini-batch.</param>
    /// <param name="training">True for forward and backward.</param>
    /// <exception cref="NetworkSpecException">There is none: the message says how much is needed, how much there is and
    /// what to change.</exception>
    internal void ExpectRoom(int batch, bool training)
    {
        ExpectRoomFor(Parameters.Bytes, "");
        string with = $" with mini-batches of {batch} clips {Graph.Input.Output}";
        try
        {
            ExpectRoomFor(Parameters.Bytes + Sketch(batch, training).MemoryBytes, with);
        }
        catch (DeviceMemoryException error)
        {
            // What operators share is taken as they are planned.
            throw new NetworkSpecException($"the network '{Graph.Name}'{with}: {error.Message}: {Remedy(with)}", error);
        }
    }

    private static string Remedy(string with) =>
        $"use fewer filters or outputs{(with.Length == 0 ? "" : ", a lower --batch-size or shorter clips")}, or another " +
        "--device";

    private void ExpectRoomFor(long bytes, string with)
    {
        long room = Device.Memory.Room;
        if (bytes > room)
        {
            throw new NetworkSpecException(
                $"the network '{Graph.Name}'{with} takes {DeviceMemory.Mebibytes(bytes)} of memory, and device " +
                $"{Device.Info.Selector} has {DeviceMemory.Mebibytes(room)} left: {Remedy(with)}");
        }
    }

    private void TakeMemory()
    {
        ExpectRoomFor(Parameters.Bytes, "");
        Parameters.Commit();
    }

    /// <summary>Where the network lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Its layers with their names and shapes.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Graph.Output.Output.Length;

    /// <summary>Seed of the initial weights and of dropout.</summary>
    public ulong Seed { get; }

    /// <summary>The layers in the order of computation.</summary>
    public IReadOnlyList<GraphNode> Layers => Graph.Nodes;

    /// <summary>Everything that is learnt.</summary>
    public Parameters Parameters { get; }

    /// <summary>The step and the learning rate that dropout and optimisers read.</summary>
    public TrainingProgress Progress { get; }

    /// <summary>
    /// Which chains of layers run as one stage; <see cref="FusionRules.None"/> plans each layer by itself.
    /// </summary>
    public IReadOnlyList<FusionRule> Fusions { get; init; } = FusionRules.All;

    /// <summary>Whether activations stay after their last use.</summary>
    public ActivationMemory Memory { get; init; }

    /// <summary>Whether the backward pass goes on to the gradient of the network's input, which nothing learns from.</summary>
    internal bool HasGradientOfInput { get; init; }

    /// <summary>[batch, C, T].</summary>
    public Shape InputShape(int batch) => GraphNode.Batched(Graph.Input.Output, batch);

    /// <summary>
    /// The plan for a batch size. All plans share memory: run one from its input to the end at a time.
    /// </summary>
    /// <param name="batch">Clips of a mini-batch.</param>
    /// <param name="training">True for forward with dropout and backward, false for forward alone.</param>
    /// <exception cref="NetworkSpecException">A mini-batch of that size is more than a tensor holds.</exception>
    /// <exception cref="DeviceMemoryException">The device has no room for it.</exception>
    public NetworkPlan PlanFor(int batch, bool training)
    {
        if (!plans.TryGetValue((batch, training), out NetworkPlan? plan))
        {
            NetworkPlanner planned = PlannerOf(batch, training);
            if (memory is null || memory.Length < planned.Arena.Length)
            {
                // Plans made before keep the smaller block: what is recorded of them points there.
                memory = Device.Allocate<float>(new Shape(planned.Arena.Length));
            }

            planned.Arena.Bind(memory);
            plan = new NetworkPlan(batch, planned);
            if (isPrepared && !training)
            {
                plan.Prepare();
            }

            plans.Add((batch, training), plan);
        }

        return plan;
    }

    /// <summary>
    /// Says that the weights are final: plans for inference compute once what follows from them alone, such as folded
    /// normalisations and packed filters, which takes most of the time of a single clip. Whoever changes parameters or
    /// states after that must call it again. Plans for training go on as before.
    /// </summary>
    /// <exception cref="DeviceMemoryException">The device has no room for it: about twice the weights a plan.</exception>
    public void Prepare()
    {
        isPrepared = true;
        foreach (((_, bool training), NetworkPlan plan) in plans)
        {
            if (!training)
            {
                plan.Prepare();
            }
        }
    }

    /// <summary>A plan that has no memory: to be told about, not to be run.</summary>
    /// <exception cref="NetworkSpecException">A mini-batch of that size is more than a tensor holds.</exception>
    internal NetworkPlan Sketch(int batch, bool training) => new(batch, PlannerOf(batch, training));

    private NetworkPlanner PlannerOf(int batch, bool training)
    {
        try
        {
            return new NetworkPlanner(this, batch, training);
        }
        catch (ArgumentException error)
        {
            throw new NetworkSpecException(
                $"a mini-batch of {batch} clips {Graph.Input.Output} is too large for the network '{Graph.Name}' " +
                $"({error.WithoutParameter()}): take fewer or shorter clips, or fewer filters", error);
        }
    }

    internal Parameter? ParameterOf(GraphNode node, string name) => parameters.GetValueOrDefault((node, name));

    internal NetworkState? StateOf(GraphNode node, string name) => states.GetValueOrDefault((node, name));

    private IEnumerable<(GraphNode Node, DeclaredTensor Declared)> AllDeclared =>
        Graph.Nodes.SelectMany(node => node.Declared.Select(one => (node, one)));

    private void DrawInitialWeights(Initializer initializer)
    {
        uint stream = 0;
        foreach ((GraphNode node, DeclaredTensor one) in AllDeclared)
        {
            Tensor<float> tensor = one.IsLearnt
                ? ParameterOf(node, one.Name)!.Value
                : StateOf(node, one.Name)!.Value;
            float[] values = new float[tensor.Length];
            switch (one.Beginning)
            {
                case Beginning.Weight:
                    initializer.DrawWeight(values, one.Shape, Seed, stream++);
                    break;
                case Beginning.Bias:
                    initializer.DrawBias(values, one.Weight, Seed, stream++);
                    break;
                default:
                    Array.Fill(values, one.Value);
                    break;
            }

            tensor.CopyFrom(values);
        }
    }
}
