using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Another function of every element.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("activation")]
public sealed record ActivationLayer : Layer
{
    /// <summary>Which: leaky_relu, elu, gelu, gelu_tanh, silu or tanh.</summary>
    public required ActivationKind Function { get; init; }

    /// <summary>
    /// Slope below 0 of leaky_relu (0.01 where none is given), a of elu (1); without meaning elsewhere.
    /// </summary>
    public float? Slope { get; init; }

    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        double slope = SlopeOf();
        return Array.ConvertAll(at.X, x => Function switch
        {
            ActivationKind.LeakyRelu => x > 0 ? x : slope * x,
            ActivationKind.Elu => x > 0 ? x : slope * (Math.Exp(x) - 1),
            ActivationKind.Gelu => x * LayerFormula.NormalDistribution(x),
            ActivationKind.GeluTanh =>
                0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
            ActivationKind.Silu => x / (1 + Math.Exp(-x)),
            ActivationKind.Tanh => Math.Tanh(x),
            _ => throw new InvalidOperationException($"no formula of {Function} was written"),
        });
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Function(
        at.X,
        Function switch
        {
            ActivationKind.LeakyRelu => ExportFunction.LeakyRelu,
            ActivationKind.Elu => ExportFunction.Elu,
            ActivationKind.Gelu => ExportFunction.Gelu,
            ActivationKind.GeluTanh => ExportFunction.GeluTanh,
            ActivationKind.Silu => ExportFunction.Silu,
            ActivationKind.Tanh => ExportFunction.Tanh,
            _ => throw new ExportException($"no export of {Function} was written"),
        },
        SlopeOf());

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new ActivationStage(at, this);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length, Activation.OperationsOfElement);

    private float SlopeOf() => Slope ?? (Function == ActivationKind.LeakyRelu ? 0.01f : 1);

    private sealed class ActivationStage(StagePlan at, ActivationLayer layer) : Stage
    {
        private readonly Activation function = Activation.Of(
            at.Device, at.Y.Length, layer.Function, layer.Slope);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;

        public override void Forward() => function.Forward(x, y);

        public override void Backward() => function.Backward(x, dY!, dX!);
    }
}

public static partial class Nodes
{
    /// <summary>An <see cref="ActivationLayer"/>.</summary>
    public static Node Activation(this Node x, ActivationKind function, float? slope = null) =>
        Required(x).Apply(new ActivationLayer { Function = function, Slope = slope });
}
