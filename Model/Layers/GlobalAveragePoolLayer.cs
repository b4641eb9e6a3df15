using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Mean over all time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("global_average_pool", Name = "pool", Shapes = "[C, T] -> [C]")]
public sealed record GlobalAveragePoolLayer : Layer
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
        [.. at.X.Chunk(at.InputShape[1]).Select(row => row.Average())];

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.GlobalPool(at.X, mean: true);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) =>
        new AveragePool1dStage(
            at, Pool1dShape.OverAllTime(at.Batch, at.InputShape[0], at.InputShape[1]), countIncludePad: true);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(inputs[0].Length);
}

public static partial class Nodes
{
    /// <summary>A <see cref="GlobalAveragePoolLayer"/>.</summary>
    public static Node GlobalAveragePool(this Node x) => Required(x).Apply(new GlobalAveragePoolLayer());
}
