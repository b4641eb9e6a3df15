// The normalisation of the features, y = (x - mean) / deviation for each channel, as part of an exported network:
//   a convolution that reads no zeros beyond the ends takes all of it: w' = w / deviation, b' = b - sum w' mean
//   one that does reads zeros of y, which are means of x: x - mean remains before it, and w' = w / deviation
//   before anything else it is a scale and a shift
// In float64, rounded once.
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Model.Exports;

/// <summary>Takes the normalisation of the features into a network.</summary>
public static class NormalizerFolding
{
    /// <summary>The same network for features that are not normalised.</summary>
    /// <param name="graph">A network for normalised features, [C, T].</param>
    /// <param name="normalizer">Their mean and deviation, [C].</param>
    public static ExportGraph Apply(ExportGraph graph, Normalizer normalizer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(normalizer);
        double[] scale = Array.ConvertAll(normalizer.Deviation.ToArray(), deviation => 1.0 / deviation);
        double[] shift = Array.ConvertAll(normalizer.Mean.ToArray(), mean => -(double)mean);
        int first = graph.Operators.ToList().FindIndex(one => one.Inputs.Contains(graph.Input));
        var conv = first < 0 || graph.UsesOf(graph.Input) > 1 ? null : graph.Operators[first] as ConvOperator;
        List<ExportOperator> operators = [.. graph.Operators];
        if (conv is { Before: 0, After: 0 })
        {
            operators[first] = conv with
            {
                Weight = Scaled(conv, scale),
                Bias = Shifted(conv, [.. scale.Zip(shift, (s, m) => s * m)]),
            };
            return new ExportGraph(graph.Input, graph.Output, operators);
        }

        var normal = new ExportValue($"{graph.Input.Name}.normalized", graph.Input.Shape);
        for (int i = 0; i < operators.Count; i++)
        {
            operators[i] = operators[i].Reading(graph.Input, normal);
        }

        if (conv is not null)
        {
            operators[first] = ((ConvOperator)operators[first]) with { Weight = Scaled(conv, scale) };
            scale = [.. scale.Select(_ => 1.0)];
        }

        operators.Insert(0, new AffineOperator(
            graph.Input, normal, Weight("normalization.scale", new Shape(scale.Length), scale),
            Weight("normalization.shift", new Shape(scale.Length), [.. shift.Zip(scale, (m, s) => m * s)])));
        return new ExportGraph(graph.Input, graph.Output == graph.Input ? normal : graph.Output, operators);
    }

    private static ExportWeight Scaled(ConvOperator conv, double[] scale) => Weight(
        conv.Weight.Name, conv.Weight.Shape, [.. conv.Weight.Values.Select((w, i) => w * scale[ChannelOf(conv, i)])]);

    private static ExportWeight Shifted(ConvOperator conv, double[] shift)
    {
        double[] bias = [.. Enumerable.Range(0, conv.Weight.Shape[0]).Select(k => (double)(conv.Bias?.Values[k] ?? 0))];
        int row = conv.Weight.Shape.Length / bias.Length;
        for (int i = 0; i < conv.Weight.Values.Count; i++)
        {
            bias[i / row] += conv.Weight.Values[i] * shift[ChannelOf(conv, i)];
        }

        return Weight(conv.Bias?.Name ?? $"{conv.Output.Name}.shift", new Shape(bias.Length), bias);
    }

    /// <summary>The channel that a weight of [K, C / groups, R] multiplies.</summary>
    private static int ChannelOf(ConvOperator conv, int i)
    {
        (int filters, int channels, int taps) = (conv.Weight.Shape[0], conv.Weight.Shape[1], conv.Taps);
        int group = i / (channels * taps) / (filters / conv.Groups);
        return (group * channels) + (i / taps % channels);
    }

    private static ExportWeight Weight(string name, Shape shape, double[] values) =>
        new(name, shape, Array.ConvertAll(values, value => (float)value));
}
