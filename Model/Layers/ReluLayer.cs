using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>max(x, 0), elementwise.</summary>
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
    protected internal override Stage Plan(StagePlan at) => new ReluStage(at);

    private sealed class ReluStage(StagePlan at) : Stage
    {
        private readonly Activation<Relu> relu = new(at.Device, at.Y.Length);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;

        public override void Forward() => relu.Forward(x, y);

        public override void Backward() => relu.Backward(y, dY!, dX!);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="ReluLayer"/>.</summary>
    public static Node Relu(this Node x) => Required(x).Apply(new ReluLayer());
}
