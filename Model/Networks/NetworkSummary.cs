// What a network is made of and what it takes, for one input and batch size: `nativecnn model summary` prints it.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A network's layers, its memory at one batch size, and which of its layers run together.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record NetworkSummary
{
    private NetworkSummary(Network network, int batch)
    {
        Network = network.Graph.Name;
        Input = network.Graph.Input.Output;
        Classes = network.Classes;
        BatchSize = batch;
        Layers = [.. network.Layers.Select(Of)];
        WeightBytes = Bytes(network.Parameters.Values);
        GradientBytes = Bytes(network.Parameters.Gradients);
        StateBytes = Bytes(network.Parameters.State);
        NetworkPlan training = network.Sketch(batch, training: true);
        NetworkPlan inference = network.Sketch(batch, training: false);
        (TrainingBytes, InferenceBytes) = (training.MemoryBytes, inference.MemoryBytes);
        (TrainingStages, InferenceStages) = ([.. training.StageNames], [.. inference.StageNames]);
        (FusedInTraining, FusedInInference) = ([.. training.FusedStageNames], [.. inference.FusedStageNames]);
    }

    /// <summary>The network's name.</summary>
    public string Network { get; }

    /// <summary>The input of one clip, [C, T].</summary>
    public Shape Input { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Clips of a mini-batch.</summary>
    public int BatchSize { get; }

    /// <summary>The layers in the order of computation; those of a block stand in its place.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>How many numbers are learnt.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Floating-point operations of one clip's forward pass.</summary>
    public long Operations => Layers.Sum(layer => layer.Operations);

    /// <summary>Bytes of all layers' outputs for one clip, were none given to others.</summary>
    public long ActivationBytes => Layers.Sum(layer => layer.ActivationBytes);

    /// <summary>Bytes of the parameters.</summary>
    public long WeightBytes { get; }

    /// <summary>Bytes of their gradients.</summary>
    public long GradientBytes { get; }

    /// <summary>Bytes of what training moves without a gradient: running statistics.</summary>
    public long StateBytes { get; }

    /// <summary>Bytes that a training step of one mini-batch takes beside the parameters.</summary>
    public long TrainingBytes { get; }

    /// <summary>Bytes that a mini-batch takes beside the parameters where nothing is trained.</summary>
    public long InferenceBytes { get; }

    /// <summary>The stages of a training step, such as <c>conv1 + relu + pool</c>.</summary>
    public IReadOnlyList<string> TrainingStages { get; }

    /// <summary>The stages of a forward pass where nothing is trained.</summary>
    public IReadOnlyList<string> InferenceStages { get; }

    /// <summary>Those of <see cref="TrainingStages"/> that run more than one layer.</summary>
    public IReadOnlyList<string> FusedInTraining { get; }

    /// <summary>Those of <see cref="InferenceStages"/> that run more than one layer.</summary>
    public IReadOnlyList<string> FusedInInference { get; }

    /// <summary>The summary of a network at a batch size; nothing is computed.</summary>
    /// <exception cref="NetworkSpecException">A mini-batch of that size is more than a tensor holds.</exception>
    public static NetworkSummary Of(Network network, int batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        try
        {
            return new NetworkSummary(network, batch);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new NetworkSpecException(
                $"a mini-batch of {batch} clips {network.Graph.Input.Output} is too large for the network " +
                $"'{network.Graph.Name}': its memory is one block of at most {int.MaxValue} floats; take fewer clips",
                error);
        }
    }

    private static LayerSummary Of(GraphNode node) => new(
        node.Name, LayerTypes.NameOf(node.Layer!.GetType()), node.Output, node.ParameterCount, node.Cost.Forward,
        node.Layer.IsView(training: true) ? 0 : sizeof(float) * (long)node.Output.Length);

    private static long Bytes(Tensor<float> tensor) => sizeof(float) * (long)tensor.Length;
}
