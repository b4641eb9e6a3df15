using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>Convolution over time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("conv1d", Name = "conv", Shapes = "[C, T] -> [filters, L]")]
public sealed record Conv1dLayer : Layer
{
    /// <summary>Number of filters K.</summary>
    public required int Filters { get; init; }

    /// <summary>Kernel taps R.</summary>
    public required int Taps { get; init; }

    /// <summary>Time steps between two outputs.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros put before and after the input: a number, "same" or "causal".</summary>
    public ConvPadding Padding { get; init; }

    /// <summary>Time steps between two taps.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Groups that channels and filters are split into.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>
    /// False leaves the bias out, which a batch normalisation behind the layer would take away again.
    /// </summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    protected internal override bool TakesWindows => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs)
    {
        ExpectChannelsOverTime(inputs[0]);
        Conv1dShape shape = ShapeOf(inputs[0], 1);
        shape.Validate();
        return new Shape(Filters, shape.OutputLength);
    }

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
        Shape weight = ShapeOf(inputs[0], 1).Weight;
        own.LearnWeight("weight", weight);
        if (Bias)
        {
            own.LearnBias("bias", weight);
        }
    }

    /// <inheritdoc/>
    protected internal override double[] Formula(LayerFormula at)
    {
        Conv1dShape s = ShapeOf(at.InputShape, at.Batch);
        (int groupChannels, int groupFilters) = (s.Channels / s.Groups, s.Filters / s.Groups);
        (double[] x, double[] weight, double[]? bias) = (at.X, at["weight"], at.Find("bias"));
        double[] y = new double[s.Output.Length];
        for (int row = 0; row < s.Batch * s.Filters; row++)
        {
            // y[b, k, l] = bias[k] + sum over c and r of weight[k, c, r] x[b, c, l stride - padding + r dilation]
            (int b, int k) = (row / s.Filters, row % s.Filters);
            Span<double> of = y.AsSpan(row * s.OutputLength, s.OutputLength);
            of.Fill(bias?[k] ?? 0);
            for (int term = 0; term < groupChannels * s.Taps; term++)
            {
                (int c, int r) = (term / s.Taps, term % s.Taps);
                int channel = (k / groupFilters * groupChannels) + c;
                double w = weight[(k * groupChannels * s.Taps) + term];
                ReadOnlySpan<double> source = x.AsSpan(((b * s.Channels) + channel) * s.Length, s.Length);
                int start = (r * s.Dilation) - s.Padding;
                for (int l = 0; l < of.Length; l++)
                {
                    int t = start + (l * s.Stride);
                    of[l] += (uint)t < (uint)s.Length ? w * source[t] : 0;
                }
            }
        }

        return y;
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at)
    {
        (int before, int after) = Padding.Around(Taps, Dilation, Stride);
        return at.Conv1d(
            at.X, at.Output, at["weight"], at.Find("bias"), Stride, before, after, Dilation, Groups);
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new Conv1dStage(at, ShapeOf(at.InputShape, at.Batch));

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        long operations = ShapeOf(inputs[0], 1).Operations;
        return new LayerCost(operations, operations, operations);
    }

    /// <summary>The operator's shape for a mini-batch of inputs [C, T].</summary>
    internal Conv1dShape ShapeOf(Shape input, int batch)
    {
        (int before, int after) = Padding.Around(Taps, Dilation, Stride);
        return new Conv1dShape(
            batch, input[0], input[1], Filters, Taps, Stride, before, Dilation, Groups, after == before ? null : after);
    }
}

/// <summary>A convolution by itself.</summary>
internal sealed class Conv1dStage(StagePlan at, Conv1dShape shape) : Stage
{
    private readonly Conv1d conv = new(at.Device, shape, training: at.Training);
    private readonly Tensor<float> x = at.X;
    private readonly Tensor<float> y = at.Y;
    private readonly Parameter weight = at["weight"];
    private readonly Parameter? bias = at.Find("bias");
    private readonly Tensor<float>? dY = at.DY;
    private readonly Tensor<float>? dX = at.DX;

    public override void Prepare() => conv.Prepare(weight.Value);

    public override void Forward() => conv.Forward(x, weight.Value, bias?.Value, y);

    public override void Backward() =>
        conv.Backward(x, weight.Value, dY!, weight.Gradient!, bias?.Gradient, dX);
}

public static partial class Nodes
{
    /// <summary>A <see cref="Conv1dLayer"/>.</summary>
    public static Node Conv1d(
        this Node x, int filters, int taps, int stride = 1, ConvPadding padding = default, int dilation = 1,
        int groups = 1, bool bias = true) => Required(x).Apply(new Conv1dLayer
        {
            Filters = filters,
            Taps = taps,
            Stride = stride,
            Padding = padding,
            Dilation = dilation,
            Groups = groups,
            Bias = bias,
        });
}
