using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Mean over windows in time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("average_pool1d", Name = "pool", Shapes = "[C, T] -> [C, L]")]
public sealed record AveragePool1dLayer : Layer
{
    /// <summary>Time steps of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Time steps between two windows.</summary>
    public required int Stride { get; init; }

    /// <summary>Zeros put at both ends.</summary>
    public int Padding { get; init; }

    /// <summary>True counts a last window that only begins within the input.</summary>
    public bool CeilMode { get; init; }

    /// <summary>True counts the zeros of the padding in the mean.</summary>
    public bool CountIncludePad { get; init; } = true;

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
            (int first, int end) = (Math.Max(start, 0), Math.Min(start + Window, shape.Length));
            double sum = 0;
            for (int t = first; t < end; t++)
            {
                sum += row[t];
            }

            int counted = CountIncludePad ? Math.Min(start + Window, shape.Length + Padding) - start : end - first;
            return sum / counted;
        });
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Pool(
        at.X, at.Output, mean: true, Window, Stride, Padding, CeilMode, CountIncludePad);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) =>
        new AveragePool1dStage(at, ShapeOf(at.InputShape, at.Batch), CountIncludePad);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        long operations = ShapeOf(inputs[0], 1).Operations;
        return new LayerCost(operations, operations);
    }

    private Pool1dShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input[1], Window, Stride, Padding, CeilMode);
}

/// <summary>Average-pooling.</summary>
internal sealed class AveragePool1dStage(StagePlan at, Pool1dShape shape, bool countIncludePad) : Stage
{
    private readonly AveragePool1d pool = new(at.Device, shape, countIncludePad);
    private readonly Tensor<float> x = at.XAs(shape.Input);
    private readonly Tensor<float> y = at.YAs(shape.Output);
    private readonly Tensor<float>? dY = at.DYAs(shape.Output);
    private readonly Tensor<float>? dX = at.DXAs(shape.Input);

    public override void Forward() => pool.Forward(x, y);

    public override void Backward() => pool.Backward(dY!, dX!);
}

public static partial class Nodes
{
    /// <summary>An <see cref="AveragePool1dLayer"/>.</summary>
    public static Node AveragePool1d(
        this Node x, int window, int stride, int padding = 0, bool ceilMode = false, bool countIncludePad = true) =>
        Required(x).Apply(new AveragePool1dLayer
        {
            Window = window,
            Stride = stride,
            Padding = padding,
            CeilMode = ceilMode,
            CountIncludePad = countIncludePad,
        });
}
