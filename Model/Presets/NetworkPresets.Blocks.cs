// What several of the networks are made of.
using NativeCnn.Model.Layers;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    private static MaxPool1dLayer Halved => new() { Window = 2, Stride = 2 };

    private static Layer[] Head(float dropout) =>
        [new GlobalMeanMaxPoolLayer(), new DropoutLayer { Rate = dropout }, new DenseLayer()];

    private static Layer[] ConvNormRelu(int filters, int taps = 3, int stride = 1) =>
        [.. ConvNorm(filters, taps, stride), new ReluLayer()];

    private static Layer[] ConvNorm(int filters, int taps = 3, int stride = 1) =>
    [
        new Conv1dLayer { Filters = filters, Taps = taps, Stride = stride, Padding = taps / 2, Bias = false },
        new BatchNorm1dLayer(),
    ];
}
