using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Maximum over all time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("global_max_pool", Name = "pool", Shapes = "[C, T] -> [C]")]
public sealed record GlobalMaxPoolLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectChannelsOverTime(inputs[0]);
        return new Shape(inputs[0][0]);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at) =>
        [.. at.X.Chunk(at.InputShape[1]).Select(row => row.Max())];

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.GlobalPool(at.X, mean: false);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) =>
        new MaxPool1dStage(at, Pool1dShape.OverAllTime(at.Batch, at.InputShape[0], at.InputShape[1]));

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(inputs[0].Length);
}

public static partial class Nodes
{
    /// <summary>A <see cref="GlobalMaxPoolLayer"/>.</summary>
    public static Node GlobalMaxPool(this Node x) => Required(x).Apply(new GlobalMaxPoolLayer());
}
