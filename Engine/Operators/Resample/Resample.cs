// Changes the sample rate of rows by a windowed sinc, polyphase: rates are reduced by their greatest common divisor to
// P : Q, and output Q m + j is a short dot product of the input around P m with the weights of phase j.
//   y[b, Q m + j] = sum_k h_j[k] x[b, P m + s_j + k]       x is 0 beyond its row
//   h_j[i - s_j]  = (f / P) sinc(t) w(t)   where |t| < W, else 0;   t = (i / P - j / Q) f,   f = rolloff min(P, Q)
//   s_j is the first whole i with t > -W; w is the window of ResampleOptions.
// x is [B, T], y is [B, ceil(T Q / P)], or its beginning; y is assigned. Where P = Q, y is a copy.
// Weights are computed in double and uploaded; at most LargestTable of them.
//
// Bodies: portable, a thread an output, weights [taps, phases] so that neighbours read neighbours. Host: a block of a
// row's outputs a part, weights [phases, taps] filled up to whole vectors, a vector of taps at a time.
// Source: J. O. Smith, "Digital Audio Resampling"; the numbers of torchaudio.functional.resample (sinc_interp_hann and
// sinc_interp_kaiser).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Brings rows of samples from one rate to another, [B, samples] to [B, <see cref="Outputs"/>].</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Resample
{
    /// <summary>The most weights that are made: 64 MiB, half a second.</summary>
    public const int LargestTable = 1 << 24;

    private readonly ComputeDevice device;
    private readonly ResamplePlan plan;
    private readonly Kernel<ResampleKernels.Args> forward;

    /// <summary>Plans the operator for rows of one length; their number is free.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="samples">T, samples of a row.</param>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <param name="options">The filter; torchaudio's by default.</param>
    /// <param name="outputs">
    /// How many outputs of a row are wanted, from the first; null for all, ceil(T * toRate / fromRate). More than that
    /// go on into the silence behind the row.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A number is out of its range, or the rates take too many weights.
    /// </exception>
    public Resample(
        ComputeDevice device, int samples, int fromRate, int toRate, ResampleOptions? options = null,
        int? outputs = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(outputs ?? 0, nameof(outputs));
        this.device = device;
        plan = new ResamplePlan(
            device, samples, fromRate, toRate, options ?? new ResampleOptions(),
            outputs ?? OutputLength(samples, fromRate, toRate));
        forward = device.Load<ResampleKernels.Args>(ResampleKernels.Forward);
    }

    /// <summary>Outputs of a row.</summary>
    public int Outputs => plan.Outputs;

    /// <summary>Taps of a phase: multiplications an output.</summary>
    public int Taps => plan.Taps;

    /// <summary>The weights of each output between two rates, in Hz.</summary>
    public static int TapsOf(int fromRate, int toRate, ResampleOptions? options = null) =>
        ResamplePlan.TapsOf(fromRate, toRate, options ?? new ResampleOptions());

    /// <summary>How many samples come out: ceil(samples * toRate / fromRate).</summary>
    /// <param name="samples">How many go in.</param>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int OutputLength(int samples, int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(toRate, 1);
        return checked((int)((((long)samples * toRate) + fromRate - 1) / fromRate));
    }

    /// <summary>How many first samples the first <paramref name="outputs"/> outputs depend on, at most.</summary>
    /// <param name="outputs">Outputs of a row.</param>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <param name="options">The filter; torchaudio's by default.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int InputLength(int outputs, int fromRate, int toRate, ResampleOptions? options = null) =>
        fromRate == toRate
            ? outputs
            : checked(OutputLength(outputs, toRate, fromRate)
                + ResamplePlan.TapsOf(fromRate, toRate, options ?? new ResampleOptions()));

    /// <summary>Whether the weights of two rates are few enough, see <see cref="LargestTable"/>.</summary>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <param name="outputs">Outputs of a row.</param>
    /// <param name="options">The filter; torchaudio's by default.</param>
    public static bool IsFeasible(int fromRate, int toRate, int outputs, ResampleOptions? options = null) =>
        ResamplePlan.CountWeights(fromRate, toRate, outputs, options ?? new ResampleOptions()) <= LargestTable;

    /// <summary>y = x at the other rate.</summary>
    /// <param name="x">[B, samples].</param>
    /// <param name="y">[B, <see cref="Outputs"/>]; assigned; must not overlap x.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y)
    {
        int batch = x.Shape[0];
        x.Expect(new Shape(batch, plan.Samples));
        y.Expect(new Shape(batch, plan.Outputs));
        if (y.Length == 0)
        {
            return;
        }

        if (plan.IsCopy)
        {
            y.CopyFrom(x);
        }
        else if (device.IsHost)
        {
            ResampleHost.Forward(plan, x, y);
        }
        else
        {
            forward.LaunchOver(y.Length, new ResampleKernels.Args(plan, x.View, y.View));
        }
    }
}
