using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>Channels over time as one row; nothing is computed.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("flatten", Shapes = "[C, T] -> [C T]")]
public sealed record FlattenLayer : Layer
{
    /// <inheritdoc/>
    protected internal override bool IsView(bool training) => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => new(inputs[0].Length);

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Flatten(at.X);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) => default;
}

public static partial class Nodes
{
    /// <summary>A <see cref="FlattenLayer"/>.</summary>
    public static Node Flatten(this Node x) => Required(x).Apply(new FlattenLayer());
}
