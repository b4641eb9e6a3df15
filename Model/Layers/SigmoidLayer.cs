using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>1 / (1 + exp(-x)), elementwise.</summary>
[LayerType("sigmoid")]
public sealed record SigmoidLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.Output;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new SigmoidStage(at);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length, Sigmoid.OperationsOfElement);

    private sealed class SigmoidStage(StagePlan at) : Stage
    {
        private readonly Activation<Sigmoid> sigmoid = new(at.Device, at.Y.Length);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;

        public override void Forward() => sigmoid.Forward(x, y);

        public override void Backward() => sigmoid.Backward(y, dY!, dX!);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="SigmoidLayer"/>.</summary>
    public static Node Sigmoid(this Node x) => Required(x).Apply(new SigmoidLayer());
}
