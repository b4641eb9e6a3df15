// Changes the sample rate by a windowed sinc, polyphase: rates are reduced by their greatest common divisor to P : Q,
// and output Q m + j is a short dot product of the input around P m with row j of a kernel computed once, in double.
//
//   y[Q m + j] = sum_i x[P m + i] h_j[i],      t = (i / P - j / Q) f,   f = rolloff min(P, Q)
//   h_j[i]     = (f / P) sinc(t) cos^2(pi t / (2 W))   where |t| < W, else 0
//
// Source: J. O. Smith, "Digital Audio Resampling"; window, width W and rolloff as torchaudio.functional.resample has
// them by default (sinc_interp_hann, lowpass_filter_width 6, rolloff 0.99).

using System.Numerics.Tensors;

namespace NativeCnn.Features.Audio;

/// <summary>
/// Resamples between two fixed rates, the numbers of torchaudio.functional.resample with its defaults. Holds no state
/// between calls; may be shared between threads.
/// </summary>
public sealed class Resampler
{
    private const int Width = 6;
    private const double Rolloff = 0.99;

    // Beyond this many weights (16 MiB) rows are computed when they are needed: rates such as 44,100 to 9,999,991 Hz.
    private const long LargestTable = 1 << 22;

    private readonly int from;
    private readonly int to;
    private readonly double cutoff;
    private readonly int taps;
    private readonly float[]? table;

    /// <summary>Prepares the kernel for a pair of rates.</summary>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is below 1.</exception>
    public Resampler(int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(toRate, 1);
        FromRate = fromRate;
        ToRate = toRate;

        int divisor = GreatestCommonDivisor(fromRate, toRate);
        from = fromRate / divisor;
        to = toRate / divisor;
        cutoff = Rolloff * Math.Min(from, to);

        // |i / P - j / Q| < W / f holds for at most 2 W P / f whole numbers i, and one more for the fraction.
        taps = checked((int)Math.Ceiling(2.0 * Width * from / cutoff) + 1);
        if (from != to && (long)to * taps <= LargestTable)
        {
            table = new float[to * taps];
            for (int phase = 0; phase < to; phase++)
            {
                FillRow(phase, table.AsSpan(phase * taps, taps));
            }
        }
    }

    /// <summary>Rate of the input in Hz.</summary>
    public int FromRate { get; }

    /// <summary>Rate of the output in Hz.</summary>
    public int ToRate { get; }

    /// <summary>Resamples a clip; a new array even when the rates are the same.</summary>
    /// <param name="samples">[samples] at <paramref name="fromRate"/>.</param>
    /// <param name="fromRate">Rate of the input in Hz, at least 1.</param>
    /// <param name="toRate">Rate of the output in Hz, at least 1.</param>
    /// <returns>[ceil(samples * toRate / fromRate)].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate is below 1.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int fromRate, int toRate) =>
        new Resampler(fromRate, toRate).Resample(samples);

    /// <summary>How many samples come out: ceil(samples * ToRate / FromRate).</summary>
    /// <param name="samples">How many go in.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public int OutputLength(int samples) =>
        checked((int)((((long)samples * to) + from - 1) / from));

    /// <summary>Resamples a clip; silence is assumed before and after it.</summary>
    /// <param name="samples">[samples] at <see cref="FromRate"/>.</param>
    /// <returns>[<see cref="OutputLength"/>] at <see cref="ToRate"/>.</returns>
    public float[] Resample(ReadOnlySpan<float> samples)
    {
        if (from == to)
        {
            return samples.ToArray();
        }

        float[] output = new float[OutputLength(samples.Length)];
        float[] scratch = table is null ? new float[taps] : [];
        for (int n = 0; n < output.Length; n++)
        {
            int phase = n % to;
            ReadOnlySpan<float> row = scratch;
            if (table is null)
            {
                FillRow(phase, scratch);
            }
            else
            {
                row = table.AsSpan(phase * taps, taps);
            }

            // The taps that fall before or after the clip meet silence.
            long start = ((long)(n / to) * from) + FirstTap(phase);
            int skipped = (int)Math.Clamp(-start, 0, taps);
            int end = (int)Math.Clamp(samples.Length - start, skipped, taps);
            if (end > skipped)
            {
                output[n] = TensorPrimitives.Dot(
                    samples.Slice((int)(start + skipped), end - skipped), row[skipped..end]);
            }
        }

        return output;
    }

    // The first whole i with (i / P - j / Q) f > -W.
    private long FirstTap(int phase) =>
        (long)Math.Floor(((double)phase * from / to) - (Width * from / cutoff)) + 1;

    private void FillRow(int phase, Span<float> row)
    {
        long first = FirstTap(phase);
        for (int k = 0; k < row.Length; k++)
        {
            double t = (((double)(first + k) / from) - ((double)phase / to)) * cutoff;
            if (Math.Abs(t) >= Width)
            {
                row[k] = 0;
                continue;
            }

            double window = Math.Cos(Math.PI * t / (2 * Width));
            double sinc = t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
            row[k] = (float)(cutoff / from * sinc * window * window);
        }
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
