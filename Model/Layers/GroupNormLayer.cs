using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Normalises each clip's groups of channels, over all time, to mean 0 and deviation 1, then scales and shifts each
/// channel (Wu and He, "Group normalization", 2018).
/// </summary>
[LayerType("group_norm", Name = "norm")]
public sealed record GroupNormLayer : Layer
{
    /// <summary>Groups that the channels are split into; 1 for all channels together.</summary>
    public required int Groups { get; init; }

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectEpsilon(Epsilon);
        ShapeOf(inputs[0], 1).Validate();
        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
        var channels = new Shape(inputs[0][0]);
        own.Learn("weight", channels, 1);
        own.Learn("bias", channels, 0);
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) =>
        new GroupNormStage(at, ShapeOf(at.InputShape, at.Batch), Epsilon);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        GroupNormShape shape = ShapeOf(inputs[0], 1);
        return new LayerCost(shape.Operations, shape.BackwardOperations);
    }

    private GroupNormShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input.Rank > 1 ? input[1] : 1, Groups);

    private sealed class GroupNormStage(StagePlan at, GroupNormShape shape, float epsilon) : Stage
    {
        private readonly GroupNorm norm = new(at.Device, shape, epsilon);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<float> statistics = at.Keep<float>(shape.Statistics);
        private readonly Parameter gamma = at["weight"];
        private readonly Parameter beta = at["bias"];
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;

        public override void Forward() => norm.Forward(x, gamma.Value, beta.Value, statistics, y);

        public override void Backward() =>
            norm.Backward(x, gamma.Value, statistics, dY!, gamma.Gradient!, beta.Gradient!, dX);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="GroupNormLayer"/>.</summary>
    public static Node GroupNorm(this Node x, int groups, float epsilon = 1e-5f) =>
        Required(x).Apply(new GroupNormLayer { Groups = groups, Epsilon = epsilon });
}
