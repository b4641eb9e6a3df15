using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Fully connected.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("dense", Shapes = "[N] -> [outputs]")]
public sealed record DenseLayer : Layer
{
    /// <summary>Number of outputs; null stands for the number of classes.</summary>
    public int? Outputs { get; init; }

    /// <inheritdoc/>
    protected internal override Layer ForClasses(int classes) =>
        Outputs is null ? this with { Outputs = classes } : this;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectFlat(inputs[0]);
        return Outputs is > 0 and int outputs
            ? new Shape(outputs)
            : throw new ArgumentException(Outputs is null
                ? "its outputs are left open, but nobody says how many classes there are: give them"
                : $"the outputs of a dense layer are at least 1, {Outputs} came");
    }

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
        Shape weight = ShapeOf(inputs[0], 1).Weight;
        own.LearnWeight("weight", weight);
        own.LearnBias("bias", weight);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        (double[] x, double[] weight, double[] bias) = (at.X, at["weight"], at["bias"]);
        int inputs = at.InputShape[0];
        double[] y = new double[at.Batch * bias.Length];
        for (int i = 0; i < y.Length; i++)
        {
            // y[b, o] = bias[o] + sum over i of weight[o, i] x[b, i]
            (int b, int o) = (i / bias.Length, i % bias.Length);
            double sum = bias[o];
            for (int input = 0; input < inputs; input++)
            {
                sum += weight[(o * inputs) + input] * x[(b * inputs) + input];
            }

            y[i] = sum;
        }

        return y;
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.Dense(at.X, at["weight"], at["bias"]);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new DenseStage(at, [at.Node]);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        long operations = ShapeOf(inputs[0], 1).Operations;
        return new LayerCost(operations, operations, operations);
    }

    /// <summary>The operator's shape for a mini-batch of inputs [N].</summary>
    internal DenseShape ShapeOf(Shape input, int batch) => new(batch, input[0], Outputs!.Value);
}

public static partial class Nodes
{
    /// <summary>A <see cref="DenseLayer"/>; without outputs, one for each class.</summary>
    public static Node Dense(this Node x, int? outputs = null) =>
        Required(x).Apply(new DenseLayer { Outputs = outputs });
}
