using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Depthwise-separable convolution: each channel by taps of its own, then a convolution of 1 tap over all channels
/// (Chollet, "Xception", 2017).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("separable_conv1d", Name = "separable", Shapes = "[C, T] -> [filters, L]")]
public sealed record SeparableConv1dLayer : Layer
{
    /// <summary>Number of filters K.</summary>
    public required int Filters { get; init; }

    /// <summary>Taps R of each channel.</summary>
    public required int Taps { get; init; }

    /// <summary>Time steps between two outputs.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros put before and after the input: a number, "same" or "causal".</summary>
    public ConvPadding Padding { get; init; }

    /// <summary>Time steps between two taps.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>False leaves the bias of the second convolution out; the first has none.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    protected internal override bool TakesWindows => true;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override Node Expand(Node x, Shape input)
    {
        ExpectChannelsOverTime(input);
        int channels = input[0];
        return x
            .Conv1d(channels, Taps, Stride, Padding, Dilation, groups: channels, bias: false).Named("depthwise")
            .Conv1d(Filters, taps: 1, bias: Bias).Named("pointwise");
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="SeparableConv1dLayer"/>.</summary>
    public static Node SeparableConv1d(
        this Node x, int filters, int taps, int stride = 1, ConvPadding padding = default, int dilation = 1,
        bool bias = true) => Required(x).Apply(new SeparableConv1dLayer
        {
            Filters = filters,
            Taps = taps,
            Stride = stride,
            Padding = padding,
            Dilation = dilation,
            Bias = bias,
        });
}
