// The same blocks on the samples themselves.
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    /// <summary>
    /// Convolutions on the waveform itself: filters of 80 taps every 8 samples, which become band-pass filters of their
    /// own, then blocks as those of <see cref="Deep"/>. After Dai et al., "Very deep convolutional neural networks for
    /// raw waveforms" (ICASSP 2017).
    /// </summary>
    /// <param name="dropout">Rate of the dropout before the last layer.</param>
    public static NetworkSpec Raw(float dropout = 0.5f) => new()
    {
        Name = "raw",
        Layers =
        [
            .. ConvNormRelu(64, taps: 80, stride: 8),
            Halved,
            Halved,
            .. ConvNormRelu(128),
            Halved,
            Halved,
            .. ConvNormRelu(128),
            Halved,
            .. ConvNormRelu(128),
            .. Head(dropout),
        ],
    };
}
