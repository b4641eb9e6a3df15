// Discrete Fourier transform of real signals, row by row.
//   forward   X_k = sum_n x_n exp(-2 pi i k n / N),  k = 0 .. N/2    (the other half is its mirrored conjugate)
//   inverse   x_n = 1/N sum_k X_k exp(+2 pi i k n / N)               (the imaginary parts of X_0 and X_{N/2} are not read)
// x is [B, N], X is [B, N/2 + 1, 2] with re and im interleaved; outputs are assigned, and must not be their input.
//
// How: z_j = x_{2j} + i x_{2j+1} is half as long; its transform Z, by Stockham's self-sorting radix-4 passes, splits into
//   X_k = E_k + W^k O_k,  E_k = (Z_k + conj Z_{N/2-k}) / 2,  O_k = (Z_k - conj Z_{N/2-k}) / 2i,  W = exp(-2 pi i / N).
// The inverse joins E + iO and runs the same passes with re and im exchanged, which turns the sign of every exponent.
//
// Bodies: portable, N to 4096: one group a row, all passes in shared memory (one launch). Portable, longer: one launch a
// pass, through global memory. Host: as many rows side by side as a vector has lanes.
// Source: C. Van Loan, "Computational Frameworks for the Fast Fourier Transform" (1992), 1.7 and 4.3.
using System.Numerics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The Fourier transform of real rows, [batch, length] to [batch, length/2 + 1, 2], and its inverse.</summary>
public sealed class RealFft
{
    private readonly ComputeDevice device;
    private readonly int batch;
    private readonly int length;
    private readonly Shape signalShape;
    private readonly Shape spectrumShape;
    private readonly Tensor<float> roots;
    private readonly Tensor<int>? order;

    /// <summary>Plans the transform.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="length">Samples of a row: a power of two from 2.</param>
    /// <exception cref="ArgumentException">The length is not a power of two from 2.</exception>
    public RealFft(ComputeDevice device, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ThrowUnlessSupported(length);
        this.device = device;
        this.batch = batch;
        this.length = length;
        signalShape = new Shape(batch, length);
        spectrumShape = new Shape(batch, (length / 2) + 1, 2);
        roots = device.Upload<float>(new Shape(length, 2), FourierRoots.Create(length));
        order = device.IsHost ? device.Upload<int>(new Shape(length / 2), LaneOrder.Create(length / 2)) : null;
        device.Scratch.Reserve(device.IsHost
            ? RealFftHost.ScratchLength(device.Workers, length)
            : RealFftKernels.ScratchLength(batch, length));
    }

    /// <summary>Whether transforms of this length can be planned.</summary>
    public static bool Supports(int length) => length >= 2 && BitOperations.IsPow2(length);

    /// <summary>spectrum = transform of every row of x.</summary>
    /// <param name="x">[batch, length].</param>
    /// <param name="spectrum">[batch, length/2 + 1, 2], re and im interleaved; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> spectrum)
    {
        Check(x, spectrum);
        if (device.IsHost)
        {
            RealFftHost.Forward(device, roots, order!, x, spectrum);
        }
        else
        {
            RealFftKernels.Forward(device, roots, x, spectrum);
        }
    }

    /// <summary>x = inverse transform of every row of the spectrum, scaled by 1/length.</summary>
    /// <param name="spectrum">[batch, length/2 + 1, 2], re and im interleaved.</param>
    /// <param name="x">[batch, length]; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Inverse(Tensor<float> spectrum, Tensor<float> x)
    {
        Check(x, spectrum);
        if (device.IsHost)
        {
            RealFftHost.Inverse(device, roots, order!, spectrum, x);
        }
        else
        {
            RealFftKernels.Inverse(device, roots, spectrum, x);
        }
    }

    private static void ThrowUnlessSupported(int length)
    {
        // The place for other lengths: mixed radices (2, 3, 5) as further passes, Bluestein's chirp for large primes.
        if (!Supports(length))
        {
            throw new ArgumentException(
                $"a Fourier transform of {length} samples was asked for: give a power of two, 2, 4, 8, ...", nameof(length));
        }
    }

    private void Check(Tensor<float> x, Tensor<float> spectrum)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(spectrum);
        x.Expect(signalShape);
        spectrum.Expect(spectrumShape);
    }
}
