using System.Numerics.Tensors;
using NativeCnn.Model.Exports.Operators;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A dense layer, with a ReLU behind it where there is one.</summary>
internal sealed class DenseStep : CStep
{
    private readonly string source;
    private readonly bool relu;
    private readonly float[] weights;
    private readonly float[] bias;
    private readonly QuantisedFilters? quantised;

    /// <summary>A step of an operator; a flatten before it goes into the order of its weights.</summary>
    public DenseStep(DenseOperator dense, CValue x, CValue y, bool relu, float[]? means)
        : base([x], y)
    {
        this.relu = relu;
        source = dense.Weight.Name;
        bias = [.. dense.Bias.Values];
        weights = new float[dense.Weight.Values.Count];
        (int time, int channels) = x.Folded ?? (1, x.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            (int o, int n) = (i / x.Length, i % x.Length);
            weights[(o * x.Length) + (n % time * channels) + (n / time)] = dense.Weight.Values[i];
        }

        if (x.Number != CNumber.Float32)
        {
            quantised = new QuantisedFilters(
                weights, bias, x, y, (_, i) => means?[i % means.Length] ?? 0);
            weights = [.. quantised.Weights.Select(weight => (float)weight)];
            bias = [.. quantised.Bias.Select(value => (float)value)];
        }
    }

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        ReadOnlySpan<float> x = run[X];
        float[] y = run[Output];
        for (int o = 0; o < y.Length; o++)
        {
            float value = bias[o] + TensorPrimitives.Dot(x, weights.AsSpan(o * X.Length, X.Length));
            value = quantised is null ? value : value * quantised.Scales[o];
            y[o] = Output.Number.Round(relu ? Math.Max(value, 0) : value);
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string name = Output.Name;
        string layer = ConvStep.LayerOf(source);
        string order = X.Folded is { } folded ? $", inputs as [{folded.Time}][{folded.Channels}]" : "";
        string call;
        if (quantised is null)
        {
            body.Use("dense");
            float[] transposed = new float[weights.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                transposed[(i % X.Length * Output.Length) + (i / X.Length)] = weights[i];
            }

            string w = body.Floats($"{layer}_weight", transposed, $"{layer}: [inputs][outputs]{order}");
            string b = body.Floats($"{layer}_bias", bias);
            call = $"multiply({X.Identifier}, {X.Length}, {w}, {b}, ";
        }
        else
        {
            body.UseRounding(Output.Number);
            body.Use("dense_quantised", ('x', X.Number), ('y', Output.Number));
            string w = body.Whole(
                $"{layer}_weight", "int8_t", 1, quantised.Weights, $"{layer}: [outputs][inputs]{order}");
            string b = body.Whole($"{layer}_bias", "int32_t", 4, quantised.Bias);
            string s = body.Floats($"{layer}_scale", quantised.Scales);
            call = $"multiply_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, {X.Length}, {w}, {b}, {s}, ";
        }

        string by = name == layer ? "" : " by " + layer;
        body.Comment($"{name}{by}: [{X.Length}] -> [{Output.Length}]{(relu ? ", ReLU" : "")}");
        body.Line($"{call}{Output.Identifier}, {Output.Length}, {(relu ? 1 : 0)});");
    }
}
