// Batch normalisations by running statistics are a scale and a shift for each channel,
//   y = s x + t  with  s = weight / sqrt(variance + epsilon),  t = bias - s mean,
// which the convolution or dense layer before them takes into its own weights and bias: w' = s w, b' = s b + t. In
// float64, rounded once.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Model.Exports;

/// <summary>Takes batch normalisations into the operators before them.</summary>
public static class BatchNormFolding
{
    /// <summary>
    /// The same network without batch normalisations: each goes into the convolution or dense layer whose output it
    /// alone takes, and is a scale and a shift of its own elsewhere.
    /// </summary>
    public static ExportGraph Apply(ExportGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        List<ExportOperator> folded = [];
        foreach (ExportOperator one in graph.Operators)
        {
            if (one is not BatchNormOperator norm)
            {
                folded.Add(one);
                continue;
            }

            (double[] scale, double[] shift) = ScaleAndShift(norm);
            int before = folded.FindIndex(other => other.Output == norm.X);
            ExportOperator? joined = before >= 0 && graph.UsesOf(norm.X) == 1
                ? Joined(folded[before], norm.Output, scale, shift)
                : null;
            if (joined is null)
            {
                folded.Add(new AffineOperator(
                    norm.X, norm.Output, Weight($"{norm.Output.Name}.scale", new Shape(scale.Length), scale),
                    Weight($"{norm.Output.Name}.shift", new Shape(shift.Length), shift)));
            }
            else
            {
                folded[before] = joined;
            }
        }

        return new ExportGraph(graph.Input, graph.Output, folded);
    }

    private static (double[] Scale, double[] Shift) ScaleAndShift(BatchNormOperator norm)
    {
        double[] scale = new double[norm.Weight.Shape.Length];
        double[] shift = new double[scale.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            scale[c] = norm.Weight.Values[c] / Math.Sqrt((double)norm.Variance.Values[c] + norm.Epsilon);
            shift[c] = norm.Bias.Values[c] - (scale[c] * norm.Mean.Values[c]);
        }

        return (scale, shift);
    }

    /// <summary>The operator with a scale and a shift of its outputs in its weights; null where it has none.</summary>
    private static ExportOperator? Joined(ExportOperator before, ExportValue output, double[] scale, double[] shift) =>
        before switch
        {
            ConvOperator conv => conv with
            {
                Output = output,
                Weight = Scaled(conv.Weight, scale),
                Bias = Shifted(conv.Bias, output, scale, shift),
            },
            DenseOperator dense => dense with
            {
                Output = output,
                Weight = Scaled(dense.Weight, scale),
                Bias = Shifted(dense.Bias, output, scale, shift),
            },
            _ => null,
        };

    private static ExportWeight Scaled(ExportWeight weight, double[] scale)
    {
        int row = weight.Shape.Length / scale.Length;
        return Weight(weight.Name, weight.Shape, [.. weight.Values.Select((w, i) => w * scale[i / row])]);
    }

    private static ExportWeight Shifted(ExportWeight? bias, ExportValue output, double[] scale, double[] shift) =>
        Weight(
            bias?.Name ?? $"{output.Name}.shift", new Shape(shift.Length),
            [.. shift.Select((t, k) => t + (scale[k] * (bias?.Values[k] ?? 0)))]);

    private static ExportWeight Weight(string name, Shape shape, double[] values) =>
        new(name, shape, Array.ConvertAll(values, value => (float)value));
}
