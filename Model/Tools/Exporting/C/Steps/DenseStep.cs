using System.Numerics.Tensors;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Tools.Exporting.C.Quantisation;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A dense layer, with a ReLU behind it where there is one.</summary>
internal sealed class DenseStep : CStep, IFilterStep
{
    private readonly string source;
    private readonly bool relu;
    private readonly float[] weights;
    private readonly float[] bias;
    private readonly QuantisedFilters? quantised;

    /// <summary>A step of an operator; a flatten before it goes into the order of its weights.</summary>
    public DenseStep(DenseOperator dense, CValue x, CValue y, bool relu, FilterInputs? inputs)
        : base([x], y)
    {
        this.relu = relu;
        source = dense.Weight.Name;
        bias = [.. dense.Bias.Values];
        weights = [.. dense.Weight.Values];
        if (x.Number != CNumber.Float32)
        {
            quantised = new QuantisedFilters(weights, bias, x, y, groups: 1, inputs);
            weights = [.. quantised.Weights.Select(weight => (float)weight)];
            bias = [.. quantised.Bias.Select(value => (float)value)];
        }

        weights = InOrderOfInputs(weights);
    }

    /// <inheritdoc/>
    public int Groups => 1;

    /// <inheritdoc/>
    public int Row => X.Length;

    /// <inheritdoc/>
    public int Places => 1;

    /// <inheritdoc/>
    public void Read(float[] x, int group, int place, Span<float> inputs)
    {
        for (int n = 0; n < inputs.Length; n++)
        {
            inputs[n] = x[PlaceOf(n)];
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
                $"{layer}_weight", "int8_t", 1, weights.Select(weight => (int)weight),
                $"{layer}: [outputs][inputs]{order}");
            string b = body.Whole($"{layer}_bias", "int32_t", 4, quantised.Bias);
            string s = body.Floats($"{layer}_scale", quantised.Scales);
            call = $"multiply_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, {X.Length}, {w}, {b}, {s}, ";
        }

        string by = name == layer ? "" : " by " + layer;
        body.Comment($"{name}{by}: [{X.Length}] -> [{Output.Length}]{(relu ? ", ReLU" : "")}");
        body.Line($"{call}{Output.Identifier}, {Output.Length}, {(relu ? 1 : 0)});");
    }

    /// <summary>Where what the layer calls input n lies.</summary>
    private int PlaceOf(int n)
    {
        (int time, int channels) = X.Folded ?? (1, X.Length);
        return (n % time * channels) + (n / time);
    }

    private float[] InOrderOfInputs(float[] values)
    {
        float[] ordered = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            ordered[(i / X.Length * X.Length) + PlaceOf(i % X.Length)] = values[i];
        }

        return ordered;
    }
}
