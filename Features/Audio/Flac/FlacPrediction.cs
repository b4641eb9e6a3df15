// From residuals to samples, in place: [warm-up samples, residuals] becomes [samples].
//
//     fixed:  x[n] = r[n] + (the polynomial of degree order - 1 through the last `order` samples, at n)
//     linear: x[n] = r[n] + (sum over j of c[j] x[n - 1 - j]) >> shift

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>The predictors of a subframe (RFC 9639, sections 9.2.5 and 9.2.6).</summary>
internal static class FlacPrediction
{
    /// <summary>
    /// Elements that a row of samples has before its first one, of any value: filters are filled up with taps of 0 to
    /// a multiple of <see cref="TapsAtOnce"/>, and these taps read there.
    /// </summary>
    internal const int Margin = 32;

    private const int TapsAtOnce = 4;

    /// <summary>
    /// Undoes a fixed predictor. Sums wrap around, which changes nothing where the samples themselves fit.
    /// </summary>
    /// <param name="samples">[samples]: <paramref name="order"/> of warm-up, then residuals.</param>
    /// <param name="order">0 to 4.</param>
    internal static void Fixed<T>(Span<T> samples, int order)
        where T : unmanaged, IBinaryInteger<T>
    {
        // The residual is the order-th difference: each running sum takes one of them back.
        T x0 = order > 0 ? samples[order - 1] : T.Zero;
        T x1 = order > 1 ? samples[order - 2] : T.Zero;
        T x2 = order > 2 ? samples[order - 3] : T.Zero;
        T x3 = order > 3 ? samples[order - 4] : T.Zero;
        T first = x0 - x1;
        T second = first - (x1 - x2);
        T third = second - (x1 - x2 - (x2 - x3));
        Span<T> residual = samples[order..];
        switch (order)
        {
            case 1:
                for (int i = 0; i < residual.Length; i++)
                {
                    residual[i] = x0 += residual[i];
                }

                break;
            case 2:
                for (int i = 0; i < residual.Length; i++)
                {
                    residual[i] = x0 += first += residual[i];
                }

                break;
            case 3:
                for (int i = 0; i < residual.Length; i++)
                {
                    residual[i] = x0 += first += second += residual[i];
                }

                break;
            case 4:
                for (int i = 0; i < residual.Length; i++)
                {
                    residual[i] = x0 += first += second += third += residual[i];
                }

                break;
        }
    }

    /// <summary>Undoes a linear predictor.</summary>
    /// <param name="row">
    /// [<see cref="Margin"/> + samples]: as many samples of warm-up as there are coefficients, then residuals.
    /// </param>
    /// <param name="coefficients">1 to 32, that of the latest sample first.</param>
    /// <param name="shift">0 to 15.</param>
    /// <param name="width">Bits of a sample.</param>
    internal static void Linear<T>(Span<T> row, ReadOnlySpan<int> coefficients, int shift, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        int order = coefficients.Length;
        int count = (order + TapsAtOnce - 1) / TapsAtOnce * TapsAtOnce;
        Span<int> taps = stackalloc int[Margin];
        taps = taps[..count];
        long gain = 0;
        for (int j = 0; j < order; j++)
        {
            taps[count - 1 - j] = coefficients[j];
            gain += Math.Abs(coefficients[j]);
        }

        // The sum is at most the gain times the largest sample.
        if (typeof(T) == typeof(int) && gain << (width - 1) <= int.MaxValue)
        {
            In32Bits(MemoryMarshal.Cast<T, int>(row), Margin + order, taps, shift);
        }
        else
        {
            In64Bits(row, Margin + order, taps, shift);
        }
    }

    // The oldest sample's tap first; the row has taps.Length elements before `first`, for Margin is as large.
    private static void In32Bits(Span<int> row, int first, ReadOnlySpan<int> taps, int shift)
    {
        ref int tap = ref MemoryMarshal.GetReference(taps);
        ref int start = ref MemoryMarshal.GetReference(row);
        for (int n = first; n < row.Length; n++)
        {
            ref int past = ref Unsafe.Add(ref start, n - taps.Length);
            int sum = 0;
            for (int j = 0; j < taps.Length; j += TapsAtOnce)
            {
                sum += (Unsafe.Add(ref tap, j) * Unsafe.Add(ref past, j))
                    + (Unsafe.Add(ref tap, j + 1) * Unsafe.Add(ref past, j + 1))
                    + (Unsafe.Add(ref tap, j + 2) * Unsafe.Add(ref past, j + 2))
                    + (Unsafe.Add(ref tap, j + 3) * Unsafe.Add(ref past, j + 3));
            }

            row[n] += sum >> shift;
        }
    }

    private static void In64Bits<T>(Span<T> row, int first, ReadOnlySpan<int> taps, int shift)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref int tap = ref MemoryMarshal.GetReference(taps);
        ref T start = ref MemoryMarshal.GetReference(row);
        for (int n = first; n < row.Length; n++)
        {
            ref T past = ref Unsafe.Add(ref start, n - taps.Length);
            long sum = 0;
            for (int j = 0; j < taps.Length; j += TapsAtOnce)
            {
                sum += (Unsafe.Add(ref tap, j) * long.CreateTruncating(Unsafe.Add(ref past, j)))
                    + (Unsafe.Add(ref tap, j + 1) * long.CreateTruncating(Unsafe.Add(ref past, j + 1)))
                    + (Unsafe.Add(ref tap, j + 2) * long.CreateTruncating(Unsafe.Add(ref past, j + 2)))
                    + (Unsafe.Add(ref tap, j + 3) * long.CreateTruncating(Unsafe.Add(ref past, j + 3)));
            }

            row[n] += T.CreateTruncating(sum >> shift);
        }
    }
}
