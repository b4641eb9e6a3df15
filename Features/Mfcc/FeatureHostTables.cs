using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Features;

/// <summary>Tables in the order in which the host bodies read them.</summary>
internal sealed class FeatureHostTables
{
    /// <summary>Rows of the cosine transform that are summed side by side.</summary>
    public const int DctRows = 8;

    public FeatureHostTables(ComputeDevice device, FeatureOptions options, float[] window, float[] dct)
    {
        HalfWindow = device.Upload<float>(new Shape(window.Length), Array.ConvertAll(window, w => 0.5f * w));

        int blocks = (dct.Length / options.MelBands + DctRows - 1) / DctRows;
        float[] packed = new float[blocks * DctRows * options.MelBands];
        for (int i = 0; i < dct.Length; i++)
        {
            (int row, int band) = (i / options.MelBands, i % options.MelBands);
            packed[(((row / DctRows * options.MelBands) + band) * DctRows) + (row % DctRows)] = dct[i];
        }

        PackedDct = device.Upload<float>(new Shape(packed.Length), packed);
    }

    /// <summary>[fft]: half the window, which spares the split of the spectrum its halves.</summary>
    public Tensor<float> HalfWindow { get; }

    /// <summary>[ceil(coefficients / 8), bands, 8]; rows beyond the last hold zeros.</summary>
    public Tensor<float> PackedDct { get; }
}
