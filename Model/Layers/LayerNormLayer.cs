using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Normalises the channels of every time step to mean 0 and deviation 1, then scales and shifts each channel (Ba, Kiros
/// and Hinton, "Layer normalization", 2016): PyTorch's LayerNorm(C) with the channels last.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("layer_norm", Name = "norm")]
public sealed record LayerNormLayer : Layer
{
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
    protected internal override double[] Formula(LayerFormula at)
    {
        (double[] x, double[] weight, double[] bias) = (at.X, at["weight"], at["bias"]);
        int channels = at.InputShape[0];
        int time = at.InputShape.Length / channels;
        double[] y = new double[x.Length];
        for (int step = 0; step < at.Batch * time; step++)
        {
            int first = (step / time * channels * time) + (step % time);
            (double mean, double variance) = LayerFormula.MeanAndVariance(
                [.. Enumerable.Range(0, channels).Select(c => x[first + (c * time)])]);
            for (int c = 0; c < channels; c++)
            {
                int i = first + (c * time);
                y[i] = (weight[c] * (x[i] - mean) / Math.Sqrt(variance + Epsilon)) + bias[c];
            }
        }

        return y;
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element)
    {
        int channels = at.InputShape[0];
        int time = at.InputShape.Length / channels;
        int first = (element / at.InputShape.Length * at.InputShape.Length) + (element % time);
        int c = element / time % channels;
        return LayerFormula.ExplainNormalised(
            at.X[element], [.. Enumerable.Range(0, channels).Select(i => at.X[first + (i * time)])], Epsilon,
            at["weight"][c], at["bias"][c]);
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.LayerNorm(at.X, at["weight"], at["bias"], Epsilon);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        LayerNormShape shape = ShapeOf(at.InputShape, at.Batch);
        return new NormalizationStage(at, new LayerNorm(at.Device, shape, Epsilon), shape.Statistics);
    }

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        LayerNormShape shape = ShapeOf(inputs[0], 1);
        return new LayerCost(shape.Operations, shape.BackwardOperations);
    }

    private static LayerNormShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input.Rank > 1 ? input[1] : 1);
}

public static partial class Nodes
{
    /// <summary>A <see cref="LayerNormLayer"/>.</summary>
    public static Node LayerNorm(this Node x, float epsilon = 1e-5f) =>
        Required(x).Apply(new LayerNormLayer { Epsilon = epsilon });
}
