using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Drops a whole clip's values: while training, everything of a clip is zeroed with probability rate, so that in a
/// residual block only the shortcut is left (Huang et al., "Deep networks with stochastic depth", 2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("stochastic_depth")]
public sealed record StochasticDepthLayer : Layer
{
    /// <summary>Probability in [0, 1) that a clip is dropped.</summary>
    public float Rate { get; init; } = 0.1f;

    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override bool IsView(bool training) => !training || Rate == 0;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        DropoutLayer.CheckRate(Rate);
        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        double[] mask = at.Mask(at.Batch, Rate);
        int length = at.X.Length / mask.Length;
        return [.. at.X.Select((x, i) => x * mask[i / length])];
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element) =>
        at.ExplainMask(element / at.InputShape.Length, Rate, at.X[element]);

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.Dropout(at.X, Rate, DropoutExtent.Clip);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new RowDropoutStage(at, at.Batch, Rate);
}

public static partial class Nodes
{
    /// <summary>A <see cref="StochasticDepthLayer"/>.</summary>
    public static Node StochasticDepth(this Node x, float rate = 0.1f) =>
        Required(x).Apply(new StochasticDepthLayer { Rate = rate });
}
