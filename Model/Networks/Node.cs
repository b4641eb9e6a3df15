using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Networks;

/// <summary>
/// A layer applied to nodes: how networks are written in C#, before any shape is known.
/// <code>
/// Node x = Node.Input();
/// Node y = (x.Conv1d(64, taps: 3, padding: 1).BatchNorm1d() + x).Relu().GlobalAveragePool().Dense();
/// </code>
/// Methods for each layer stand in the layer's file; <see cref="Apply"/> takes any layer.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Node
{
    private static long made;

    private Node(Layer? layer, IReadOnlyList<Node> inputs, string? name, int number)
    {
        Layer = layer;
        Inputs = inputs;
        Name = name;
        Number = number;
        Id = Interlocked.Increment(ref made);
    }

    /// <summary>The layer; null for the input.</summary>
    public Layer? Layer { get; }

    /// <summary>What comes in.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>A name given to this node; null leaves it to the network (conv1, conv2, ...).</summary>
    public string? Name { get; private set; }

    /// <summary>Nodes made later have higher numbers, so that inputs come before what uses them.</summary>
    internal long Id { get; }

    /// <summary>The place in a list of layers, from 1; 0 for nodes made in C#.</summary>
    internal int Number { get; }

    /// <summary>The input of a network, or of a block of layers.</summary>
    public static Node Input() => new(null, [], null, 0);

    /// <summary>A layer applied to this node.</summary>
    public Node Apply(Layer layer) => Of(layer, [this]);

    /// <summary>A layer applied to nodes.</summary>
    public static Node Of(Layer layer, IReadOnlyList<Node> inputs) => Of(layer, inputs, number: 0);

    internal static Node Of(Layer layer, IReadOnlyList<Node> inputs, int number)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        return new Node(layer, inputs, layer.As, number);
    }

    /// <summary>Gives the node a name.</summary>
    public Node Named(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>The sum of two nodes of one shape.</summary>
    public static Node operator +(Node left, Node right) => left.Add(right);
}
