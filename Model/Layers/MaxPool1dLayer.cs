using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Maximum over windows in time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("max_pool1d", Name = "pool", Shapes = "[C, T] -> [C, L]")]
public sealed record MaxPool1dLayer : Layer
{
    /// <summary>Time steps of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Time steps between two windows.</summary>
    public required int Stride { get; init; }

    /// <summary>Time steps of padding (minus infinity) at both ends.</summary>
    public int Padding { get; init; }

    /// <summary>True counts a last window that only begins within the input.</summary>
    public bool CeilMode { get; init; }

    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.None;

    /// <inheritdoc/>
    protected internal override bool TakesWindows => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectChannelsOverTime(inputs[0]);
        Pool1dShape shape = ShapeOf(inputs[0], 1);
        shape.Validate();
        return new Shape(inputs[0][0], shape.OutputLength);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        Pool1dShape shape = ShapeOf(at.InputShape, at.Batch);
        return LayerFormula.OverWindows(shape, at.X, (row, start) =>
        {
            double largest = double.NegativeInfinity;
            for (int t = Math.Max(start, 0); t < Math.Min(start + Window, shape.Length); t++)
            {
                largest = Math.Max(largest, row[t]);
            }

            return largest;
        });
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element)
    {
        Pool1dShape shape = ShapeOf(at.InputShape, at.Batch);
        int row = element / shape.OutputLength * shape.Length;
        int start = (element % shape.OutputLength * shape.Stride) - shape.Padding;
        int[] window =
        [
            .. Enumerable.Range(start, Window).Where(t => t >= 0 && t < shape.Length),
        ];
        int winner = window.MaxBy(t => at.X[row + t]);
        return
        [
            .. window.Select(t => new FormulaLine(
                $"x[{t}]", t == winner ? "largest: the gradient goes here alone" : "", at.X[row + t])),
            new("y", "the largest", at.X[row + winner]),
        ];
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.Pool(at.X, at.Output, mean: false, Window, Stride, Padding, CeilMode);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new MaxPool1dStage(at, ShapeOf(at.InputShape, at.Batch));

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        Pool1dShape shape = ShapeOf(inputs[0], 1);
        return new LayerCost(shape.Operations, shape.MaxBackwardOperations);
    }

    /// <summary>The operator's shape for a mini-batch of inputs [C, T].</summary>
    internal Pool1dShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input[1], Window, Stride, Padding, CeilMode);
}

/// <summary>Max-pooling; where it trains, the place of each maximum is kept for the backward pass.</summary>
internal sealed class MaxPool1dStage(StagePlan at, Pool1dShape shape) : Stage
{
    private readonly MaxPool1d pool = new(at.Device, shape);
    private readonly Tensor<float> x = at.XAs(shape.Input);
    private readonly Tensor<float> y = at.YAs(shape.Output);
    private readonly Tensor<int>? argMax = at.DX is null ? null : at.Keep<int>(shape.Output);
    private readonly Tensor<float>? dY = at.DYAs(shape.Output);
    private readonly Tensor<float>? dX = at.DXAs(shape.Input);

    public override void Forward() => pool.Forward(x, y, argMax);

    public override void Backward() => pool.Backward(dY!, argMax!, dX!);
}

public static partial class Nodes
{
    /// <summary>A <see cref="MaxPool1dLayer"/>.</summary>
    public static Node MaxPool1d(this Node x, int window, int stride, int padding = 0, bool ceilMode = false) =>
        Required(x).Apply(new MaxPool1dLayer
        {
            Window = window,
            Stride = stride,
            Padding = padding,
            CeilMode = ceilMode,
        });
}
