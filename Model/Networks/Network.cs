// A network: layers bound to their input, parameters, and plans for the batch sizes it is used with.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>A layer whose input is known.</summary>
/// <param name="Name">For instance <c>conv1</c>.</param>
/// <param name="Spec">What the layer does.</param>
/// <param name="Output">Its output for one clip: [C, T] or [N].</param>
/// <param name="Weight">Its weight, if it learns one.</param>
/// <param name="Bias">Its bias, if it learns one.</param>
/// <param name="Running">Running mean and variance of a batch normalisation.</param>
public sealed record BoundLayer(
    string Name, LayerSpec Spec, Shape Output, Parameter? Weight, Parameter? Bias, RunningStatistics? Running = null);

/// <summary>What a batch normalisation keeps of the mini-batches that went through it.</summary>
/// <param name="Mean">[C].</param>
/// <param name="Variance">[C].</param>
public sealed record RunningStatistics(NetworkState Mean, NetworkState Variance);

/// <summary>
/// A network on a device: [B, C, T] -> [B, classes] logits. The parameters are shared by all plans; a plan for each
/// batch size and purpose is made at its first use and kept.
/// </summary>
public sealed class Network
{
    private readonly List<BoundLayer> layers = [];
    private readonly Dictionary<(int Batch, bool Training), NetworkPlan> plans = [];
    private readonly Shape input;

    /// <summary>Builds the network and draws its initial weights.</summary>
    /// <param name="device">Where it lives.</param>
    /// <param name="spec">Its layers.</param>
    /// <param name="channels">Channels C of the input: coefficients or mel bands.</param>
    /// <param name="length">Time steps T of the input.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Seed of the initial weights and of dropout.</param>
    /// <param name="forTraining">False saves the memory of the gradients.</param>
    /// <exception cref="NetworkSpecException">The layers do not fit one another or the input.</exception>
    public Network(
        ComputeDevice device, NetworkSpec spec, int channels, int length, int classes, ulong seed = 0,
        bool forTraining = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(spec);
        Device = device;
        Spec = spec;
        Seed = seed;
        Classes = classes;
        input = new Shape(channels, length);
        Clock = new StepClock(device);
        Parameters = new Parameters(device, forTraining);
        Bind();
        Parameters.Commit();
        DrawInitialWeights();
    }

    /// <summary>Where the network lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Its layers, before they were bound.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Seed of the initial weights and of dropout.</summary>
    public ulong Seed { get; }

    /// <summary>The layers with their shapes and parameters.</summary>
    public IReadOnlyList<BoundLayer> Layers => layers;

    /// <summary>Everything that is learnt.</summary>
    public Parameters Parameters { get; }

    /// <summary>The step and the learning rate that dropout and optimisers read.</summary>
    public StepClock Clock { get; }

    /// <summary>True where every dropout is to be a stage of its own, whose mask a test may bring.</summary>
    internal bool KeepsDropoutApart { get; init; }

    /// <summary>[batch, C, T].</summary>
    public Shape InputShape(int batch) => new(batch, input[0], input[1]);

    /// <summary>The plan for a batch size.</summary>
    /// <param name="batch">Clips of a mini-batch.</param>
    /// <param name="training">True for forward with dropout and backward, false for forward alone.</param>
    public NetworkPlan PlanFor(int batch, bool training)
    {
        if (!plans.TryGetValue((batch, training), out NetworkPlan? plan))
        {
            plan = new NetworkPlan(this, batch, training, Clock);
            plans.Add((batch, training), plan);
        }

        return plan;
    }

    private void Bind()
    {
        Shape x = input;
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < Spec.Layers.Count; i++)
        {
            LayerSpec layer = Spec.Layers[i];
            string kind = NameOf(layer);
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            string name = $"{kind}{counts[kind]}";
            try
            {
                (x, Shape? weight) = Follow(layer, x);
                bool hasBias = weight is not null && layer is not Conv1dSpec { Bias: false };
                layers.Add(new BoundLayer(
                    name, layer, x,
                    weight is { } w ? Parameters.Plan($"{name}.weight", w) : null,
                    hasBias ? Parameters.Plan($"{name}.bias", new Shape(weight!.Value[0])) : null,
                    layer is BatchNorm1dSpec ? PlanRunning(name, new Shape(weight!.Value[0])) : null));
            }
            catch (ArgumentException error)
            {
                // Time is what runs out in a stack of convolutions and poolings.
                string remedy = x.Rank == 2 && layer is Conv1dSpec or MaxPool1dSpec or AveragePool1dSpec
                    ? $" ({input[1]} time steps come in; longer clips, a shorter hop or fewer layers help)"
                    : "";
                throw new NetworkSpecException(
                    $"layer {i + 1} ({name}) of the network '{Spec.Name}' does not fit its input {x}: " +
                    $"{error.Message}{remedy}", error);
            }
        }

        if (Spec.Layers is not [.., DenseSpec] || x != new Shape(Classes))
        {
            throw new NetworkSpecException(
                $"the network '{Spec.Name}' ends in {x}, but there are {Classes} classes: " +
                "end it with a dense layer that leaves its outputs open");
        }
    }

    private RunningStatistics PlanRunning(string name, Shape channels) => new(
        Parameters.PlanState($"{name}.running_mean", channels),
        Parameters.PlanState($"{name}.running_variance", channels));

    /// <summary>The output of a layer for one clip, and the shape of its weight.</summary>
    private (Shape Output, Shape? Weight) Follow(LayerSpec layer, Shape x)
    {
        switch (layer)
        {
            case Conv1dSpec spec:
                Expect(x, 2);
                var conv = new Conv1dShape(
                    1, x[0], x[1], spec.Filters, spec.Taps, spec.Stride, spec.Padding, spec.Dilation, spec.Groups);
                conv.Validate();
                return (new Shape(spec.Filters, conv.OutputLength), conv.Weight);
            case MaxPool1dSpec spec:
                return (Pooled(x, spec.Window, spec.Stride, spec.Padding), null);
            case AveragePool1dSpec spec:
                return (Pooled(x, spec.Window, spec.Stride, spec.Padding), null);
            case GlobalAveragePoolSpec or GlobalMaxPoolSpec:
                Expect(x, 2);
                return (new Shape(x[0]), null);
            case GlobalMeanMaxPoolSpec:
                Expect(x, 2);
                return (new Shape(2 * x[0]), null);
            case BatchNorm1dSpec { Momentum: < 0 or > 1 or float.NaN } spec:
                throw new ArgumentException($"a momentum lies in [0, 1], not at {spec.Momentum}");
            case BatchNorm1dSpec { Epsilon: not (> 0 and < float.PositiveInfinity) } spec:
                throw new ArgumentException($"an epsilon is above 0, not {spec.Epsilon}");
            case BatchNorm1dSpec:
                return (x, new Shape(x[0]));
            case FlattenSpec:
                return (new Shape(x.Length), null);
            case DenseSpec spec:
                Expect(x, 1);
                int outputs = spec.Outputs ?? Classes;
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
                return (new Shape(outputs), new Shape(outputs, x[0]));
            case DropoutSpec { Rate: < 0 or >= 1 or float.NaN } spec:
                throw new ArgumentException($"a dropout rate lies in [0, 1), not at {spec.Rate}");
            default:
                return (x, null);
        }
    }

    private static Shape Pooled(Shape x, int window, int stride, int padding)
    {
        Expect(x, 2);
        var pool = new Pool1dShape(1, x[0], x[1], window, stride, padding);
        pool.Validate();
        return new Shape(x[0], pool.OutputLength);
    }

    private static void Expect(Shape x, int rank)
    {
        if (x.Rank != rank)
        {
            throw new ArgumentException(rank == 1
                ? "it takes a flat input: put a flatten layer before it"
                : "it takes channels over time: no flatten layer may stand before it");
        }
    }

    private static string NameOf(LayerSpec layer) => layer switch
    {
        Conv1dSpec => "conv",
        ReluSpec => "relu",
        ActivationSpec => "activation",
        MaxPool1dSpec or AveragePool1dSpec or GlobalAveragePoolSpec or GlobalMaxPoolSpec or
            GlobalMeanMaxPoolSpec => "pool",
        BatchNorm1dSpec => "norm",
        FlattenSpec => "flatten",
        DenseSpec => "dense",
        DropoutSpec => "dropout",
        _ => "layer",
    };

    private void DrawInitialWeights()
    {
        uint stream = 0;
        foreach (BoundLayer layer in layers)
        {
            if (layer.Running is { } running)
            {
                // Nothing is drawn: the layer begins as the identity, and the running statistics as 0 and 1.
                Fill(layer.Weight!.Value, 1);
                Fill(running.Variance.Value, 1);
                continue;
            }

            if (layer.Weight is not { } weight)
            {
                continue;
            }

            float[] values = new float[weight.Value.Length];
            Spec.Initializer.DrawWeight(values, weight.Value.Shape, Seed, stream++);
            weight.Value.CopyFrom(values);
            if (layer.Bias is { } bias)
            {
                values = new float[bias.Value.Length];
                Spec.Initializer.DrawBias(values, weight.Value.Shape, Seed, stream++);
                bias.Value.CopyFrom(values);
            }
        }

        static void Fill(Tensor<float> tensor, float value)
        {
            float[] values = new float[tensor.Length];
            Array.Fill(values, value);
            tensor.CopyFrom(values);
        }
    }
}
