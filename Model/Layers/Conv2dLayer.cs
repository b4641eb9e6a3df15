// Convolution over bands and time. Rows are bands by channels, all channels of a band side by side: [F C, T] is the
// memory of [F, C, T], and the output that of [G, K, L]. A window of R bands is then one piece of memory, [R C, T], and
// a mini-batch of B clips is one of B G windows for Conv1d: its kernels, its gradients, one weight for all windows.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Convolution over bands and time, with the same weights for all bands: rows are bands by channels, those of a band
/// side by side.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("conv2d", Name = "conv", Shapes = "[F C, T] -> [G filters, L]")]
public sealed record Conv2dLayer : Layer
{
    /// <summary>Number of filters K: channels of a band of the output.</summary>
    public required int Filters { get; init; }

    /// <summary>Kernel bands R.</summary>
    public required int Bands { get; init; }

    /// <summary>Kernel taps over time.</summary>
    public required int Taps { get; init; }

    /// <summary>Channels C of a band: 1 for features, the filters of the convolution before for its output.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Bands between two outputs.</summary>
    public int BandStride { get; init; } = 1;

    /// <summary>Bands of zeros before the first and after the last.</summary>
    public int BandPadding { get; init; }

    /// <summary>Time steps between two outputs.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros put before and after the input: a number, "same" or "causal".</summary>
    public ConvPadding Padding { get; init; }

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
        if (Channels < 1 || inputs[0][0] % Channels != 0)
        {
            throw new ArgumentException(
                $"its {inputs[0][0]} input rows are no whole number of bands of {Channels} channels: give as " +
                "channels what the convolution before has as filters, 1 for features");
        }

        BandWindowsShape windows = WindowsOf(inputs[0], 1);
        windows.Validate();
        Conv1dShape shape = ShapeOf(inputs[0], 1);
        shape.Validate();
        return new Shape(windows.Windows * Filters, shape.OutputLength);
    }

    /// <inheritdoc/>
    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
        // [K, R C, taps]: the channels of a window are those of its bands, one band after the other.
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
        BandWindowsShape w = WindowsOf(at.InputShape, at.Batch);
        Conv1dShape s = ShapeOf(at.InputShape, at.Batch);
        (double[] x, double[] weight, double[]? bias) = (at.X, at["weight"], at.Find("bias"));
        double[] y = new double[s.Output.Length];
        for (int i = 0; i < y.Length; i++)
        {
            // y[b, g, k, l] = bias[k] + sum over r, c and q of
            //   weight[k, r, c, q] x[b, g band_stride - band_padding + r, c, l stride - padding + q]
            (int row, int l) = (i / s.OutputLength, i % s.OutputLength);
            (int window, int k) = (row / Filters, row % Filters);
            (int b, int g) = (window / w.Windows, window % w.Windows);
            y[i] = bias?[k] ?? 0;
            for (int term = 0; term < Bands * Channels * Taps; term++)
            {
                (int r, int c, int q) = (term / Taps / Channels, term / Taps % Channels, term % Taps);
                int f = (g * BandStride) - BandPadding + r;
                int t = (l * Stride) - s.Padding + q;
                if ((uint)f < (uint)w.InputBands && (uint)t < (uint)s.Length)
                {
                    y[i] += weight[(k * Bands * Channels * Taps) + term]
                        * x[(((((b * w.InputBands) + f) * Channels) + c) * s.Length) + t];
                }
            }
        }

        return y;
    }

    /// <inheritdoc/>
    protected internal override ExportValue Export(LayerExport at)
    {
        (int before, int after) = Padding.Around(Taps, 1, Stride);
        return at.Conv2d(
            at.X, at.Output, at["weight"], at.Find("bias"), Bands, BandStride, BandPadding, Stride, before, after);
    }

    /// <inheritdoc/>
    protected internal override Stage Plan(StagePlan at) => new Conv2dStage(
        at, WindowsOf(at.InputShape, at.Batch), ShapeOf(at.InputShape, at.Batch));

    /// <inheritdoc/>
    protected internal override LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output)
    {
        long operations = ShapeOf(inputs[0], 1).Operations;
        return new LayerCost(operations, operations, operations);
    }

    private BandWindowsShape WindowsOf(Shape input, int batch) => new(
        batch, input[0] / Channels, Channels * input[1], Bands, BandStride, BandPadding);

    /// <summary>The convolution of all windows of a mini-batch.</summary>
    private Conv1dShape ShapeOf(Shape input, int batch)
    {
        (int before, int after) = Padding.Around(Taps, 1, Stride);
        return new Conv1dShape(
            batch * WindowsOf(input, 1).Windows, Bands * Channels, input[1], Filters, Taps, Stride, before,
            PaddingAfter: after == before ? null : after);
    }

    private sealed class Conv2dStage(StagePlan at, BandWindowsShape windows, Conv1dShape shape) : Stage
    {
        private readonly BandWindows gather = new(at.Device, windows);
        private readonly Conv1d conv = new(at.Device, shape, training: at.Training);
        private readonly Tensor<float> x = at.X;
        private readonly Tensor<float> y = at.YAs(shape.Output);
        private readonly Parameter weight = at["weight"];
        private readonly Parameter? bias = at.Find("bias");
        private readonly Tensor<float>? dY = at.DYAs(shape.Output);
        private readonly Tensor<float>? dX = at.DX;
        private readonly Tensor<float> taken = at.Temporary(shape.Input);
        private readonly Tensor<float>? dTaken = at.DX is null ? null : at.Temporary(shape.Input);

        public override void Prepare() => conv.Prepare(weight.Value);

        public override void Forward()
        {
            gather.Forward(x, taken);
            conv.Forward(taken, weight.Value, bias?.Value, y);
        }

        public override void Backward()
        {
            // The windows are taken once more: kept from the forward pass they would be most of a network's memory.
            gather.Forward(x, taken);
            conv.Backward(taken, weight.Value, dY!, weight.Gradient!, bias?.Gradient, dTaken);
            if (dX is not null)
            {
                gather.Backward(dTaken!, dX);
            }
        }
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="Conv2dLayer"/>.</summary>
    public static Node Conv2d(
        this Node x, int filters, int bands, int taps, int channels = 1, int bandStride = 1, int bandPadding = 0,
        int stride = 1, ConvPadding padding = default, bool bias = true) => Required(x).Apply(new Conv2dLayer
        {
            Filters = filters,
            Bands = bands,
            Taps = taps,
            Channels = channels,
            BandStride = bandStride,
            BandPadding = bandPadding,
            Stride = stride,
            Padding = padding,
            Bias = bias,
        });
}
