using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Mean and maximum over all time, side by side.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("global_mean_max_pool", Name = "pool", Shapes = "[C, T] -> [2 C]")]
public sealed record GlobalMeanMaxPoolLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectChannelsOverTime(inputs[0]);
        return new Shape(2 * inputs[0][0]);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        double[][] rows = [.. at.X.Chunk(at.InputShape[1])];
        return
        [
            .. rows.Chunk(at.InputShape[0]).SelectMany(
                clip => clip.Select(row => row.Average()).Concat(clip.Select(row => row.Max()))),
        ];
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.Concat([at.GlobalPool(at.X, mean: true), at.GlobalPool(at.X, mean: false)]);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new GlobalMeanMaxPoolStage(at);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(inputs[0].Length, GlobalMeanMaxPool.OperationsOfElement);

    private sealed class GlobalMeanMaxPoolStage(StagePlan at) : Stage
    {
        private readonly GlobalMeanMaxPool pool = new(at.Device, at.Batch, at.InputShape[0], at.InputShape[1]);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.Y;
        private readonly Tensor<int>? argMax =
            at.DX is null ? null : at.Keep<int>(new Shape(at.Batch, at.InputShape[0]));
        private readonly Tensor<float>? dY = at.DY;
        private readonly Tensor<float>? dX = at.DX;

        public override void Forward() => pool.Forward(x, y, argMax);

        public override void Backward() => pool.Backward(dY!, argMax!, dX!);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="GlobalMeanMaxPoolLayer"/>.</summary>
    public static Node GlobalMeanMaxPool(this Node x) => Required(x).Apply(new GlobalMeanMaxPoolLayer());
}
