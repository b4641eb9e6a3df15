using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>A layer at its place in a network: named, with the shapes of one clip. It needs no device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GraphNode
{
    internal GraphNode(
        int index, string name, string kind, int number, Layer? layer, IReadOnlyList<GraphNode> inputs, Shape output,
        IReadOnlyList<DeclaredTensor> declared)
    {
        Index = index;
        Name = name;
        Kind = kind;
        Number = number;
        Layer = layer;
        Inputs = inputs;
        Output = output;
        Declared = declared;
        InputShapes = [.. inputs.Select(input => input.Output)];
    }

    /// <summary>The place in the order of computation, from 0; -1 for the network's input.</summary>
    public int Index { get; }

    /// <summary>For instance <c>conv1</c>, or <c>residual2.conv1</c> in a block.</summary>
    public string Name { get; }

    /// <summary>What the name begins with: <c>conv</c>.</summary>
    public string Kind { get; }

    /// <summary>The layer's place in the network's list, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The layer; null for the network's input.</summary>
    public Layer? Layer { get; }

    /// <summary>Where its inputs come from.</summary>
    public IReadOnlyList<GraphNode> Inputs { get; }

    /// <summary>The inputs of one clip.</summary>
    public IReadOnlyList<Shape> InputShapes { get; }

    /// <summary>The output of one clip: [C, T] or [N].</summary>
    public Shape Output { get; }

    /// <summary>How many numbers the layer learns.</summary>
    public long ParameterCount => Declared.Where(one => one.IsLearnt).Sum(one => (long)one.Shape.Length);

    /// <summary>The operations of one clip.</summary>
    public LayerCost Cost => Layer?.CostOf([.. InputShapes], Output) ?? default;

    internal IReadOnlyList<DeclaredTensor> Declared { get; }

    /// <summary>
    /// True where this node's output is another's in training: it is that node, or computes nothing and comes after it.
    /// </summary>
    internal bool IsValueOf(GraphNode other) =>
        this == other || (Layer is { } layer && layer.IsView(training: true) && Inputs[0].IsValueOf(other));

    /// <summary>A shape of one clip for a mini-batch.</summary>
    internal static Shape Batched(Shape clip, int batch) =>
        clip.Rank == 2 ? new Shape(batch, clip[0], clip[1]) : new Shape(batch, clip[0]);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Output}";
}
