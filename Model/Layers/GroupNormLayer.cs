using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Normalises each clip's groups of channels, over all time, to mean 0 and deviation 1, then scales and shifts each
/// channel (Wu and He, "Group normalization", 2018).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
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
    protected internal override double[] Formula(LayerFormula at)
    {
        (double[] weight, double[] bias) = (at["weight"], at["bias"]);
        int channels = at.InputShape[0];
        int time = at.InputShape.Length / channels;
        return [.. at.X.Chunk(channels / Groups * time).SelectMany(Normalised)];

        IEnumerable<double> Normalised(double[] group, int number)
        {
            (double mean, double variance) = LayerFormula.MeanAndVariance(group);
            return group.Select((x, i) =>
            {
                int c = (number % Groups * (channels / Groups)) + (i / time);
                return (weight[c] * (x - mean) / Math.Sqrt(variance + Epsilon)) + bias[c];
            });
        }
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element)
    {
        int time = at.InputShape.Length / at.InputShape[0];
        int size = at.InputShape[0] / Groups * time;
        int c = element / time % at.InputShape[0];
        return LayerFormula.ExplainNormalised(
            at.X[element], [.. at.X.Skip(element / size * size).Take(size)], Epsilon, at["weight"][c], at["bias"][c]);
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) =>
        at.GroupNorm(at.X, at["weight"], at["bias"], Groups, Epsilon);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at)
    {
        GroupNormShape shape = ShapeOf(at.InputShape, at.Batch);
        return new NormalizationStage(at, new GroupNorm(at.Device, shape, Epsilon), shape.Statistics);
    }

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        GroupNormShape shape = ShapeOf(inputs[0], 1);
        return new LayerCost(shape.Operations, shape.BackwardOperations);
    }

    private GroupNormShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input.Rank > 1 ? input[1] : 1, Groups);
}

public static partial class Nodes
{
    /// <summary>A <see cref="GroupNormLayer"/>.</summary>
    public static Node GroupNorm(this Node x, int groups, float epsilon = 1e-5f) =>
        Required(x).Apply(new GroupNormLayer { Groups = groups, Epsilon = epsilon });
}
