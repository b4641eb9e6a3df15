using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>1 / (1 + exp(-x)), elementwise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("sigmoid")]
public sealed record SigmoidLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.Output;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at) =>
        Array.ConvertAll(at.X, x => 1 / (1 + Math.Exp(-x)));

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Function(at.X, ExportFunction.Sigmoid);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        var sigmoid = new Activation<Sigmoid>(at.Device, at.Y.Length);
        return new OutputStage(at, sigmoid.Forward, sigmoid.Backward);
    }

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length, Sigmoid.OperationsOfElement);
}

public static partial class Nodes
{
    /// <summary>A <see cref="SigmoidLayer"/>.</summary>
    public static Node Sigmoid(this Node x) => Required(x).Apply(new SigmoidLayer());
}
