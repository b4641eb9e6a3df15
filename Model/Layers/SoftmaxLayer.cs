using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>exp(x_i) / sum over j of exp(x_j), over the elements of a flat input.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("softmax", Shapes = "[N] -> [N]")]
public sealed record SoftmaxLayer : Layer
{
    /// <inheritdoc/>
    protected internal override Reads BackwardReads => Reads.Output;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectFlat(inputs[0]);
        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        return [.. at.X.Chunk(at.Output[0]).SelectMany(Row)];

        static IEnumerable<double> Row(double[] row)
        {
            double largest = row.Max();
            double sum = row.Sum(x => Math.Exp(x - largest));
            return row.Select(x => Math.Exp(x - largest) / sum);
        }
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Softmax(at.X);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        var rows = new Softmax(at.Device, at.Batch, at.Y.Length / at.Batch);
        return new OutputStage(at, rows.Forward, rows.Backward);
    }

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length, Softmax.OperationsOfElement);
}

public static partial class Nodes
{
    /// <summary>A <see cref="SoftmaxLayer"/>.</summary>
    public static Node Softmax(this Node x) => Required(x).Apply(new SoftmaxLayer());
}
