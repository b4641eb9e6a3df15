using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Sizes of a wavelet transform, level by level, and its filters on the device.</summary>
internal sealed class WaveletPlan
{
    public WaveletPlan(
        ComputeDevice device, int batch, int length, Wavelet wavelet, WaveletBorder border, int levels)
    {
        Device = device;
        Batch = batch;
        Taps = wavelet.Taps;
        Border = border;
        Lengths = LengthsOf(length, Taps, border, levels);
        Bands = [Lengths[levels], .. Lengths[1..].Reverse()];
        Input = new Shape(batch, length);
        Output = new Shape(batch, checked(Bands.Sum()));
        Filters = device.Upload<float>(new Shape(2, Taps), [.. wavelet.LowPass, .. wavelet.HighPass]);
    }

    /// <summary>[levels + 1]: the lengths of a_0 = x, a_1, ... a_L.</summary>
    public static int[] LengthsOf(int length, int taps, WaveletBorder border, int levels)
    {
        int[] lengths = new int[levels + 1];
        lengths[0] = length;
        for (int i = 0; i < levels; i++)
        {
            lengths[i + 1] = (int)(border == WaveletBorder.Symmetric
                ? ((long)lengths[i] + taps - 1) / 2
                : ((long)lengths[i] + 1) / 2);
        }

        return lengths;
    }

    public ComputeDevice Device { get; }

    public int Batch { get; }

    /// <summary>F.</summary>
    public int Taps { get; }

    public WaveletBorder Border { get; }

    /// <summary>s of the contract.</summary>
    public int Shift => Border == WaveletBorder.Symmetric ? 1 : Taps / 2;

    /// <summary>[levels + 1]: the lengths of a_0 = x, a_1, ... a_L.</summary>
    public int[] Lengths { get; }

    public int Levels => Lengths.Length - 1;

    /// <summary>The lengths of a_L, d_L, ... d_1.</summary>
    public int[] Bands { get; }

    public Shape Input { get; }

    public Shape Output { get; }

    /// <summary>Low-pass and high-pass, [2, F].</summary>
    public Tensor<float> Filters { get; }

    /// <summary>Where d_{level} begins in a row of coefficients; for level 0, where a_L does.</summary>
    public int Place(int level)
    {
        int place = 0;
        for (int i = Levels; i > level && level > 0; i--)
        {
            place += Lengths[i];
        }

        return level == 0 ? 0 : place + Lengths[Levels];
    }

    /// <summary>Which sample stands at a place that may lie beyond the row.</summary>
    public int SourceIndex(int position, int length)
    {
        bool isMirrored = Border == WaveletBorder.Symmetric;
        int period = isMirrored ? 2 * length : length + (length % 2);
        int folded = ((position % period) + period) % period;
        return folded < length ? folded : isMirrored ? period - 1 - folded : length - 1;
    }
}
