using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Batch normalisation of every channel, [B, C, T] or [B, C]: by the mini-batch in training, by the running statistics
/// of training otherwise.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("batch_norm1d", Name = "norm")]
public sealed record BatchNorm1dLayer : Layer
{
    /// <summary>Share in [0, 1] that a mini-batch has in the running statistics.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <inheritdoc/>
    protected internal override bool BackwardsInPlace => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        if (Momentum is < 0 or > 1 or float.NaN)
        {
            throw new ArgumentException($"a momentum lies in [0, 1], not at {Momentum}");
        }

        ExpectEpsilon(Epsilon);
        return inputs[0];
    }

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
        var channels = new Shape(inputs[0][0]);
        own.Learn("weight", channels, 1);
        own.Learn("bias", channels, 0);
        own.Keep("running_mean", channels, 0);
        own.Keep("running_variance", channels, 1);
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        (double[] x, double[] weight, double[] bias) = (at.X, at["weight"], at["bias"]);
        int channels = at.InputShape[0];
        int time = at.InputShape.Length / channels;
        double[] y = new double[x.Length];
        for (int c = 0; c < channels; c++)
        {
            int[] own = PlacesOf(at, c);
            (double mean, double variance) = at.Training
                ? LayerFormula.MeanAndVariance([.. own.Select(i => x[i])])
                : (at.State("running_mean")[c], at.State("running_variance")[c]);
            foreach (int i in own)
            {
                y[i] = (weight[c] * (x[i] - mean) / Math.Sqrt(variance + Epsilon)) + bias[c];
            }
        }

        return y;
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element)
    {
        int c = element / (at.InputShape.Length / at.InputShape[0]) % at.InputShape[0];
        double[] own = [.. PlacesOf(at, c).Select(i => at.X[i])];
        (double mean, double variance) = LayerFormula.MeanAndVariance(own);
        double kept = 1 - (double)Momentum;
        double unbiased = own.Length > 1 ? variance * own.Length / (own.Length - 1) : at.State("running_variance")[c];
        return
        [
            .. LayerFormula.ExplainNormalised(at.X[element], own, Epsilon, at["weight"][c], at["bias"][c]),
            new(
                "running_mean", FormattableString.Invariant($"(1 - {Momentum}) running_mean + {Momentum} mean"),
                (kept * at.State("running_mean")[c]) + (Momentum * mean)),
            new(
                "running_variance",
                FormattableString.Invariant(
                    $"(1 - {Momentum}) running_variance + {Momentum} variance n / (n - 1)"),
                (kept * at.State("running_variance")[c]) + (Momentum * unbiased)),
        ];
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at) => at.BatchNorm(
        at.X, at["weight"], at["bias"], at["running_mean"], at["running_variance"], Epsilon, Momentum);

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new BatchNorm1dStage(at, this, relu: false);

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        BatchNormShape shape = ShapeOf(inputs[0], 1);
        return new LayerCost(shape.Operations, shape.BackwardOperations);
    }

    /// <summary>All places of a channel in a mini-batch.</summary>
    private static int[] PlacesOf(LayerFormula at, int channel)
    {
        int channels = at.InputShape[0];
        int time = at.InputShape.Length / channels;
        return
        [
            .. Enumerable.Range(0, at.Batch * time).Select(
                i => (((i / time * channels) + channel) * time) + (i % time)),
        ];
    }

    /// <summary>The operator's shape for a mini-batch of inputs [C, T] or [C].</summary>
    internal static BatchNormShape ShapeOf(Shape input, int batch) =>
        new(batch, input[0], input.Rank > 1 ? input[1] : 1);
}

/// <summary>A batch normalisation, with the ReLU that follows it where there is one.</summary>
internal sealed class BatchNorm1dStage : Stage
{
    private readonly BatchNorm1d norm;
    private readonly bool training;
    private readonly Tensor<float> x;
    private readonly Tensor<float> y;
    private readonly Tensor<float>? dY;
    private readonly Tensor<float>? dX;
    private readonly Tensor<float> statistics;
    private readonly Parameter gamma;
    private readonly Parameter beta;
    private readonly Tensor<float> mean;
    private readonly Tensor<float> variance;

    public BatchNorm1dStage(StagePlan at, BatchNorm1dLayer layer, bool relu)
    {
        BatchNormShape shape = BatchNorm1dLayer.ShapeOf(at.InputShape, at.Batch);
        norm = new BatchNorm1d(at.Device, shape, relu, layer.Momentum, layer.Epsilon);
        training = at.Training;
        (x, y, dY, dX) = (at.X, at.Y, at.DY, at.DX);
        statistics = at.Keep<float>(shape.Statistics);
        (gamma, beta) = (at["weight"], at["bias"]);
        (mean, variance) = (at.State("running_mean"), at.State("running_variance"));
    }

    public override void Forward()
    {
        if (training)
        {
            norm.Train(x, gamma.Value, beta.Value, mean, variance, statistics, y);
        }
        else
        {
            norm.Infer(x, gamma.Value, beta.Value, mean, variance, statistics, y);
        }
    }

    public override void Backward() =>
        norm.Backward(x, gamma.Value, beta.Value, statistics, dY!, gamma.Gradient!, beta.Gradient!, dX);
}

public static partial class Nodes
{
    /// <summary>A <see cref="BatchNorm1dLayer"/>.</summary>
    public static Node BatchNorm1d(this Node x, float momentum = 0.1f, float epsilon = 1e-5f) =>
        Required(x).Apply(new BatchNorm1dLayer { Momentum = momentum, Epsilon = epsilon });
}
