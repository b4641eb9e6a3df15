using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Tools.Puzzles;

/// <summary>A layer of the library with another backward pass.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("puzzle")]
internal sealed record PuzzleLayer : Layer
{
    /// <summary>The layer.</summary>
    public required Layer Right { get; init; }

    /// <summary>Its backward pass, or a part of it.</summary>
    public required Action<StagePlan, Stage> Backward { get; init; }

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => Right.OutputOf(inputs);

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs) =>
        Right.Declare(own, inputs);

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at) => Right.Formula(at);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new PuzzleStage(
        at, Right is DenseLayer { Outputs: { } outputs } ? new DenseAlone(at, outputs) : Right.Plan(at), Backward);

    private sealed class PuzzleStage(StagePlan at, Stage right, Action<StagePlan, Stage> backward) : Stage
    {
        public override void Forward() => right.Forward();

        public override void Backward() => backward(at, right);
    }

    // The library's own stage asks its node for the layer.
    private sealed class DenseAlone(StagePlan at, int outputs) : Stage
    {
        private readonly Dense dense = new(at.Device, new DenseShape(at.Batch, at.InputShape[0], outputs));

        public override void Forward() => dense.Forward(at.X, at["weight"].Value, at["bias"].Value, at.Y);

        public override void Backward() => dense.Backward(
            at.X, at["weight"].Value, at.DY!, at["weight"].Gradient!, at["bias"].Gradient!, at.DX);
    }
}
