// MatchboxNet in two sizes, small and tiny.
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    /// <summary>
    /// Depthwise-separable convolutions with residual blocks and a dilated end, after Majumdar and Ginsburg,
    /// "MatchboxNet" (Interspeech 2020), its 3x1x64 form: about 75,000 parameters for 35 classes.
    /// </summary>
    /// <param name="dropout">Rate of the dropout in each residual block.</param>
    public static NetworkSpec Small(float dropout = 0.1f) =>
        Separable("small", dropout, wide: 128, narrow: 64, taps: [11, 13, 15, 17, 29], pointwise: 128);

    /// <summary>The same form with fewer filters: at most 20,000 parameters for 35 classes.</summary>
    /// <param name="dropout">Rate of the dropout in each residual block.</param>
    public static NetworkSpec Tiny(float dropout = 0.05f) =>
        Separable("tiny", dropout, wide: 64, narrow: 32, taps: [9, 11, 13, 15, 17], pointwise: null);

    private static NetworkSpec Separable(
        string name, float dropout, int wide, int narrow, int[] taps, int? pointwise)
    {
        return new()
        {
            Name = name,
            Layers =
            [
                .. SeparableNormRelu(wide, taps[0], stride: 2),
                .. taps[1..4].SelectMany(Block),
                .. SeparableNormRelu(wide, taps[4], dilation: 2),
                .. pointwise is { } filters ? ConvNormRelu(filters, taps: 1) : [],
                new GlobalAveragePoolLayer(),
                new DenseLayer(),
            ],
        };

        Layer[] Block(int taps) =>
        [
            new ResidualLayer
            {
                Layers = [.. SeparableNorm(narrow, taps)],
                Shortcut = [.. ConvNorm(narrow, taps: 1)],
            },
            new ReluLayer(),
            new DropoutLayer { Rate = dropout },
        ];

        static Layer[] SeparableNorm(int filters, int taps, int stride = 1, int dilation = 1) =>
        [
            new SeparableConv1dLayer
            {
                Filters = filters,
                Taps = taps,
                Stride = stride,
                Dilation = dilation,
                Padding = stride == 1 ? ConvPadding.Same : taps / 2,
                Bias = false,
            },
            new BatchNorm1dLayer(),
        ];

        static Layer[] SeparableNormRelu(int filters, int taps, int stride = 1, int dilation = 1) =>
            [.. SeparableNorm(filters, taps, stride, dilation), new ReluLayer()];
    }
}
