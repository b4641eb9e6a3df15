using System.Numerics.Tensors;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Tools.Exporting.C.Quantisation;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>A convolution over time, with a ReLU behind it where there is one.</summary>
internal sealed class ConvStep : CStep, IFilterStep
{
    private readonly ConvOperator conv;
    private readonly bool relu;
    private readonly int channels;
    private readonly int filters;
    private readonly float[] bias;
    private readonly QuantisedFilters? quantised;
    private readonly float[] weights;

    /// <summary>A step of an operator.</summary>
    public ConvStep(ConvOperator conv, CValue x, CValue y, bool relu, FilterInputs? inputs)
        : base([x], y)
    {
        this.conv = conv;
        this.relu = relu;
        channels = x.Channels / conv.Groups;
        filters = y.Channels / conv.Groups;
        bias = conv.Bias is { } given ? [.. given.Values] : new float[y.Channels];
        if (x.Number != CNumber.Float32)
        {
            quantised = new QuantisedFilters([.. conv.Weight.Values], bias, x, y, conv.Groups, inputs);
            weights = TapAfterTap(FilterAfterFilter([.. quantised.Weights.Select(weight => (float)weight)]));
            bias = [.. quantised.Bias.Select(value => (float)value)];
        }
        else
        {
            weights = TapAfterTap(FilterAfterFilter(conv.Weight.Values));
        }
    }

    private bool IsDepthwise => conv.Groups == X.Channels && conv.Groups == Output.Channels && conv.Groups > 1;

    /// <inheritdoc/>
    public int Groups => conv.Groups;

    /// <inheritdoc/>
    public int Row => channels * conv.Taps;

    /// <inheritdoc/>
    public int Places => Output.Time;

    /// <inheritdoc/>
    public void Read(float[] x, int group, int place, Span<float> inputs)
    {
        for (int r = 0; r < conv.Taps; r++)
        {
            int t = (place * conv.Stride) - conv.Before + (r * conv.Dilation);
            for (int c = 0; c < channels; c++)
            {
                inputs[(c * conv.Taps) + r] = t < 0 || t >= X.Time
                    ? 0
                    : x[(t * X.Channels) + (group * channels) + c];
            }
        }
    }

    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] x = run[X];
        float[] y = run[Output];
        for (int l = 0; l < Output.Time; l++)
        {
            Span<float> row = y.AsSpan(l * Output.Channels, Output.Channels);
            bias.CopyTo(row);
            for (int r = 0; r < conv.Taps; r++)
            {
                int t = (l * conv.Stride) - conv.Before + (r * conv.Dilation);
                if (t < 0 || t >= X.Time)
                {
                    continue;
                }

                ReadOnlySpan<float> values = x.AsSpan(t * X.Channels, X.Channels);
                if (IsDepthwise)
                {
                    TensorPrimitives.MultiplyAdd(values, weights.AsSpan(r * X.Channels, X.Channels), row, row);
                    continue;
                }

                for (int i = 0; i < X.Channels; i++)
                {
                    int g = i / channels;
                    Span<float> sums = row.Slice(g * filters, filters);
                    int at = ((((g * conv.Taps) + r) * channels) + (i % channels)) * filters;
                    TensorPrimitives.MultiplyAdd(weights.AsSpan(at, filters), values[i], sums, sums);
                }
            }

            for (int k = 0; k < row.Length; k++)
            {
                float value = quantised is null ? row[k] : row[k] * quantised.Scales[k];
                row[k] = Output.Number.Round(relu ? Math.Max(value, 0) : value);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        string kind = IsDepthwise ? "convolve_depthwise" : "convolve";
        body.Use("conv_shape");
        string name = Output.Name;
        string layer = LayerOf(conv.Weight.Name);
        string call;
        if (quantised is null)
        {
            body.Use(kind);
            string w = body.Floats($"{layer}_weight", weights, $"{layer}: {Order}");
            string b = body.Floats($"{layer}_bias", bias);
            call = $"{kind}({X.Identifier}, {w}, {b}, {Output.Identifier},";
        }
        else
        {
            body.UseRounding(Output.Number);
            body.Use(kind + "_quantised", ('x', X.Number), ('y', Output.Number));
            int[] order = IsDepthwise
                ? [.. weights.Select(weight => (int)weight)]
                : FilterAfterFilter(quantised.Weights);
            string w = body.Whole(
                $"{layer}_weight", "int8_t", 1, order,
                $"{layer}: {(IsDepthwise ? "[taps][channels]" : "[filters][taps][channels]")}");
            string b = body.Whole($"{layer}_bias", "int32_t", 4, quantised.Bias);
            string s = body.Floats($"{layer}_scale", quantised.Scales);
            call = $"{kind}_{X.Number.Suffix()}_{Output.Number.Suffix()}({X.Identifier}, {w}, {b}, {s}, "
                + $"{Output.Identifier},";
        }

        body.Comment(
            $"{name}{(name == layer ? "" : " by " + layer)}: {X.Shape} -> {Output.Shape}, {conv.Taps} taps"
            + (conv.Stride > 1 ? $", stride {conv.Stride}" : "")
            + (conv.Dilation > 1 ? $", dilation {conv.Dilation}" : "")
            + (conv.Before + conv.After > 0 ? $", {conv.Before} zeros before and {conv.After} behind" : "")
            + (conv.Groups > 1 ? $", {conv.Groups} groups" : "") + (relu ? ", ReLU" : ""));
        body.Line(call);
        body.Line(
            $"    (conv_shape){{ .time = {X.Time}, .channels = {X.Channels}, .length = {Output.Time}, "
            + $".filters = {Output.Channels}, .taps = {conv.Taps},");
        body.Line(
            $"        .stride = {conv.Stride}, .before = {conv.Before}, .dilation = {conv.Dilation}, "
            + $".groups = {conv.Groups}, .relu = {(relu ? 1 : 0)} }});");
    }

    /// <summary>The layer whose weights these are.</summary>
    internal static string LayerOf(string weight) =>
        weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^".weight".Length] : weight;

    private string Order => IsDepthwise ? "[taps][channels]"
        : conv.Groups > 1 ? "[groups][taps][channels][filters]" : "[taps][channels][filters]";

    /// <summary>[K, C / groups, R] as [K, R, C / groups].</summary>
    private T[] FilterAfterFilter<T>(IReadOnlyList<T> values)
    {
        var ordered = new T[values.Count];
        for (int i = 0; i < ordered.Length; i++)
        {
            int r = i % conv.Taps;
            int c = i / conv.Taps % channels;
            int k = i / (conv.Taps * channels);
            ordered[(((k * conv.Taps) + r) * channels) + c] = values[i];
        }

        return ordered;
    }

    /// <summary>[K, R, C / groups] as [groups, R, C / groups, K / groups]; of a depthwise one as [R, C].</summary>
    private float[] TapAfterTap(float[] values)
    {
        float[] ordered = new float[values.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            int c = i % channels;
            int r = i / channels % conv.Taps;
            int k = i / (conv.Taps * channels);
            int at = IsDepthwise
                ? (r * X.Channels) + k
                : (((((k / filters * conv.Taps) + r) * channels) + c) * filters) + (k % filters);
            ordered[at] = values[i];
        }

        return ordered;
    }
}
