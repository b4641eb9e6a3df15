// Discrete wavelet transform of rows, level by level, with PyWavelets' conventions.
//   a_0 = x;  a_{i+1}[o] = sum_j l[j] a_i~[2 o + s - j];  d_{i+1}[o] = sum_j h[j] a_i~[2 o + s - j]
// l and h have F taps (Wavelet); a~ is the row continued beyond its N samples:
//   symmetric   s = 1, floor((N + F - 1) / 2) results; the row mirrored, its end samples repeated (period 2 N)
//   periodized  s = F/2, ceil(N / 2) results; the last sample repeated once if N is odd, then the row again and again
// x is [B, N]; the coefficients are [B, sum of lengths], a row holding a_L, d_L, d_{L-1}, ... d_1; they are assigned.
//
// Bodies: portable, one launch a level, a thread a pair of results. Host: a row a part, its even and odd samples
// multiplied as vectors, a tap at a time.
// Source: S. Mallat, "A Wavelet Tour of Signal Processing" (1999), 7.3; PyWavelets' wavedec, modes symmetric and
// periodization.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The wavelet transform of rows, [batch, length] to [batch, coefficients].</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class WaveletTransform
{
    private readonly ComputeDevice device;
    private readonly WaveletPlan plan;

    /// <summary>Plans the transform.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="length">N, samples of a row, at least 1.</param>
    /// <param name="wavelet">The filters.</param>
    /// <param name="border">What stands beyond the ends.</param>
    /// <param name="levels">L, from 1.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public WaveletTransform(
        ComputeDevice device, int batch, int length, Wavelet wavelet, WaveletBorder border, int levels)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(wavelet);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        this.device = device;
        plan = new WaveletPlan(device, batch, length, wavelet, border, levels);
        device.Scratch.Reserve(device.IsHost ? WaveletHost.ScratchLength(plan) : WaveletKernels.ScratchLength(plan));
    }

    /// <summary>How many coefficients a row has: the sum of all lengths.</summary>
    /// <param name="length">N, samples of a row, at least 1.</param>
    /// <param name="wavelet">The filters.</param>
    /// <param name="border">What stands beyond the ends.</param>
    /// <param name="levels">L, from 1.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static int CoefficientsOf(int length, Wavelet wavelet, WaveletBorder border, int levels)
    {
        ArgumentNullException.ThrowIfNull(wavelet);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        int[] lengths = WaveletPlan.LengthsOf(length, wavelet.Taps, border, levels);
        return checked(lengths[1..].Sum() + lengths[levels]);
    }

    /// <summary>Lengths of a_L, d_L, d_{L-1}, ... d_1, as they stand in a row of coefficients.</summary>
    public IReadOnlyList<int> Lengths => plan.Bands;

    /// <summary>[batch, sum of the lengths].</summary>
    public Shape Output => plan.Output;

    /// <summary>coefficients = transform of every row of x.</summary>
    /// <param name="x">[batch, length].</param>
    /// <param name="coefficients">[batch, sum of the lengths]; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> coefficients)
    {
        x.Expect(plan.Input);
        coefficients.Expect(plan.Output);
        if (device.IsHost)
        {
            WaveletHost.Forward(plan, x, coefficients);
        }
        else
        {
            WaveletKernels.Forward(plan, x, coefficients);
        }
    }
}
