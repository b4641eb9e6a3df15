using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Dropout of whole channels: while training, all time of a channel is zeroed with probability rate (PyTorch's
/// Dropout1d).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("channel_dropout")]
public sealed record ChannelDropoutLayer : Layer
{
    /// <summary>Probability in [0, 1) that a channel is dropped.</summary>
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
        double[] mask = at.Mask(at.Batch * at.InputShape[0], Rate);
        int length = at.X.Length / mask.Length;
        return [.. at.X.Select((x, i) => x * mask[i / length])];
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element) =>
        at.ExplainMask(element / (at.InputShape.Length / at.InputShape[0]), Rate, at.X[element]);

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.Dropout(at.X, Rate, DropoutExtent.Channel);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new RowDropoutStage(at, at.Batch * at.InputShape[0], Rate);
}

public static partial class Nodes
{
    /// <summary>A <see cref="ChannelDropoutLayer"/>.</summary>
    public static Node ChannelDropout(this Node x, float rate = 0.1f) =>
        Required(x).Apply(new ChannelDropoutLayer { Rate = rate });
}
