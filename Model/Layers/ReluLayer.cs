using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>max(x, 0), elementwise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("relu")]
public sealed record ReluLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.Output;

    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at) => Array.ConvertAll(at.X, x => Math.Max(x, 0));

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Function(at.X, ExportFunction.Relu);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        var relu = new Activation<Relu>(at.Device, at.Y.Length);
        return new OutputStage(at, relu.Forward, relu.Backward);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="ReluLayer"/>.</summary>
    public static Node Relu(this Node x) => Required(x).Apply(new ReluLayer());
}
