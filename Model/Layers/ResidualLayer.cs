using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Layers, and what came in added to what they give: y = layers(x) + shortcut(x), the shortcut x itself where it has no
/// layers (He et al., "Deep residual learning for image recognition", 2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("residual", Shapes = "that of its layers")]
public sealed record ResidualLayer : Layer
{
    /// <summary>The layers of the block.</summary>
    public required ValueList<Layer> Layers { get; init; }

    /// <summary>The layers on the way around the block, such as a convolution of 1 tap to as many filters.</summary>
    public ValueList<Layer>? Shortcut { get; init; }

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override Node Expand(Node x, Shape input)
    {
        Node y = LayerChain.Follow(Layers, x);
        return Shortcut is { Count: > 0 }
            ? y + x.Apply(new SequentialLayer { Layers = Shortcut }).Named("shortcut")
            : y + x;
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="ResidualLayer"/>.</summary>
    public static Node Residual(this Node x, ValueList<Layer> layers, ValueList<Layer>? shortcut = null) =>
        Required(x).Apply(new ResidualLayer { Layers = layers, Shortcut = shortcut });
}
