// Discrete Fourier transform of real signals, row by row.
//   forward   X_k = sum_n x_n exp(-2 pi i k n / N),  k = 0 .. N/2    (the other half is its mirrored conjugate)
//   inverse   x_n = 1/N sum_k X_k exp(+2 pi i k n / N)          (the imaginary parts of X_0 and X_{N/2} are not read)
// x is [B, N], X is [B, floor(N/2) + 1, 2], re and im interleaved; outputs are assigned, and must not be their input.
//
// How, for even N: z_j = x_{2j} + i x_{2j+1} is half as long; its transform Z splits into
//   X_k = E_k + W^k O_k,  E_k = (Z_k + conj Z_{N/2-k}) / 2,  O_k = (Z_k - conj Z_{N/2-k}) / 2i,  W = exp(-2 pi i / N).
// The inverse joins E + iO and runs the same passes with re and im exchanged, which turns the sign of every exponent.
// Odd N: the N samples are the points. Points of no prime factor beyond 5 (on the host 7) are transformed by passes, others by
// a chirp; see FourierPlan.
//
// Bodies (RealFftKernels tells the ladder): portable, N to 4096: one group a row, all of Stockham's passes in shared
// memory (one launch; a chirp that fits there too). Portable, longer: one launch a pass, through global memory, powers
// of two or a chirp by them. Host: as many rows side by side as a vector has lanes.
// Source: C. Van Loan, "Computational Frameworks for the Fast Fourier Transform" (1992), 1.7 and 4.3.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The Fourier transform of real rows, [batch, length] to [batch, length/2 + 1, 2], and its inverse.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RealFft
{
    /// <summary>The longest transform: 2^26 samples.</summary>
    public const int LongestLength = 1 << 26;

    private readonly ComputeDevice device;
    private readonly Shape signalShape;
    private readonly Shape spectrumShape;
    private readonly FourierPlan plan;
    private readonly int rung;

    /// <summary>Plans the transform.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="length">
    /// Samples of a row, from 1; fastest for powers of two, then for numbers of no prime factor beyond 5, on the host 7.
    /// </param>
    /// <exception cref="ArgumentException">The length is below 1 or above <see cref="LongestLength"/>.</exception>
    public RealFft(ComputeDevice device, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ThrowUnlessSupported(length);
        this.device = device;
        plan = new FourierPlan(device, length);
        signalShape = new Shape(batch, length);
        spectrumShape = new Shape(batch, plan.Bins, 2);
        int highest = plan.IsPowerOfTwo && length <= RealFftKernels.LongestShared ? 4 : 3;
        rung = device.IsHost ? 0 : device.Rungs.Choose(
            RealFftKernels.Ladder, $"{batch} x {length}", byDefault: highest, highest);
        if (device.IsHost)
        {
            device.Scratch.ReserveRooms(RealFftHost.RoomLength(plan));
        }
        else
        {
            device.Scratch.Reserve(
                plan.IsPowerOfTwo ? RealFftKernels.ScratchLength(batch, length) : AnyFftKernels.ScratchLength(batch, plan));
        }
    }

    /// <summary>Whether transforms of this length can be planned.</summary>
    public static bool Supports(int length) => length is >= 1 and <= LongestLength;

    /// <summary>spectrum = transform of every row of x.</summary>
    /// <param name="x">[batch, length].</param>
    /// <param name="spectrum">[batch, length/2 + 1, 2], re and im interleaved; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> spectrum)
    {
        Check(x, spectrum);
        if (device.IsHost)
        {
            RealFftHost.Forward(device, plan, x, spectrum);
        }
        else if (rung == 1)
        {
            device.Load<RealFftKernels.Args>(DirectFourierKernels.Forward).LaunchOver(
                spectrum.Length / 2, Direct(x, spectrum));
        }
        else if (plan.IsPowerOfTwo)
        {
            RealFftKernels.Forward(device, rung, plan.Roots, x, spectrum);
        }
        else
        {
            AnyFftKernels.Run(device, plan, x, spectrum, inverse: false);
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
            RealFftHost.Inverse(device, plan, spectrum, x);
        }
        else if (rung == 1)
        {
            device.Load<RealFftKernels.Args>(DirectFourierKernels.Inverse).LaunchOver(x.Length, Direct(spectrum, x));
        }
        else if (plan.IsPowerOfTwo)
        {
            RealFftKernels.Inverse(device, rung, plan.Roots, spectrum, x);
        }
        else
        {
            AnyFftKernels.Run(device, plan, spectrum, x, inverse: true);
        }
    }

    private RealFftKernels.Args Direct(Tensor<float> source, Tensor<float> target) =>
        new(source.View, target.View, plan.Roots.View, signalShape[1], signalShape[0]);

    private static void ThrowUnlessSupported(int length)
    {
        if (!Supports(length))
        {
            throw new ArgumentException(
                $"a Fourier transform of {length} samples was asked for: give 1 to {LongestLength}", nameof(length));
        }
    }

    private void Check(Tensor<float> x, Tensor<float> spectrum)
    {
        x.Expect(signalShape);
        spectrum.Expect(spectrumShape);
    }
}
