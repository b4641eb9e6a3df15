using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>Layers one after the other, as one block with a name of its own.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("sequential", Name = "block", Shapes = "that of its layers")]
public sealed record SequentialLayer : Layer
{
    /// <summary>The layers.</summary>
    public required ValueList<Layer> Layers { get; init; }

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override Node Expand(Node x, Shape input) => LayerChain.Follow(Layers, x);
}

public static partial class Nodes
{
    /// <summary>A <see cref="SequentialLayer"/>.</summary>
    public static Node Sequential(this Node x, params ReadOnlySpan<Layer> layers) =>
        Required(x).Apply(new SequentialLayer { Layers = ValueList.Create(layers) });
}
