using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Features.Chains;

/// <summary>Tables in the order in which the host bodies read them.</summary>
internal sealed class FeatureHostTables
{
    public FeatureHostTables(
        ComputeDevice device, FeatureOptions options, FourierPlan fourier, float[] window, MelFilterbank bank,
        float[] dct)
    {
        // The split of an even transform's spectrum has a factor of one half; the window takes it.
        float half = fourier.IsEven ? 0.5f : 1f;
        Window = device.Upload<float>(new Shape(window.Length), Array.ConvertAll(window, w => half * w));

        int[] places = [.. fourier.Order!.ToArray().Select(place => place * 2 * HostSimd.Lanes), HostSimd.Lanes];
        BinPlaces = device.Upload<int>(new Shape(places.Length), places);
        int[] melPlaces = new int[bank.Weights.Length];
        for (int band = 0; band < bank.Bands; band++)
        {
            for (int w = bank.Offsets[band]; w < bank.Offsets[band + 1]; w++)
            {
                melPlaces[w] = places[bank.FirstBins[band] + w - bank.Offsets[band]];
            }
        }

        MelPlaces = device.Upload<int>(new Shape(melPlaces.Length), melPlaces);

        Cosines = new CosineRows(device, dct, options.MelBands);
    }

    /// <summary>
    /// [fft]: half the window, which spares the split of the spectrum its halves; for an odd fft all of it.
    /// </summary>
    public Tensor<float> Window { get; }

    /// <summary>
    /// [bins]: where the power of each bin stands, in floats; an even fft's last one beside the first.
    /// </summary>
    public Tensor<int> BinPlaces { get; }

    /// <summary>The same for every weight of the mel filterbank.</summary>
    public Tensor<int> MelPlaces { get; }

    /// <summary>The cosine transform.</summary>
    public CosineRows Cosines { get; }
}
