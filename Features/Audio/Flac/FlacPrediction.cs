// From residuals to samples, in place: [warm-up samples, residuals] becomes [samples].
//
//     fixed:  x[n] = r[n] + (the polynomial of degree order - 1 through the last `order` samples, at n)
//     linear: x[n] = r[n] + (sum over j of c[j] x[n - 1 - j]) >> shift

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>The predictors of a subframe (RFC 9639, sections 9.2.5 and 9.2.6).</summary>
internal static class FlacPrediction
{
    /// <summary>
    /// Elements that a row of samples has before its first one, of any value: filters are filled up with taps of 0 to
    /// a multiple of <see cref="TapsAtOnce"/>, and these taps read there.
    /// </summary>
    internal const int Margin = 32;

    private const int TapsAtOnce = 8;

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
    //
    // Eight samples at a time: what the older taps give to all of them is known before the first is, and is computed
    // for the eight in one vector. The newest eight taps follow sample by sample.
    private static void In32Bits(Span<int> row, int first, ReadOnlySpan<int> taps, int shift)
    {
        int older = taps.Length - TapsAtOnce;
        ref int tap = ref MemoryMarshal.GetReference(taps);
        ref int start = ref MemoryMarshal.GetReference(row);
        (int c8, int c7, int c6, int c5) = (taps[older], taps[older + 1], taps[older + 2], taps[older + 3]);
        (int c4, int c3, int c2, int c1) = (taps[older + 4], taps[older + 5], taps[older + 6], taps[older + 7]);
        Span<int> sums = stackalloc int[TapsAtOnce];
        int last = row[first - 1];
        for (int group = first; group < row.Length; group += TapsAtOnce)
        {
            Span<int> samples = row[group..Math.Min(group + TapsAtOnce, row.Length)];
            if (older > 0)
            {
                if (samples.Length == TapsAtOnce)
                {
                    Vector256<int> sum = Vector256<int>.Zero;
                    for (int j = 0; j < older; j++)
                    {
                        int oldest = group - taps.Length + j;
                        sum += Vector256.LoadUnsafe(ref start, (nuint)oldest) * Unsafe.Add(ref tap, j);
                    }

                    sum.CopyTo(sums);
                }
                else
                {
                    for (int i = 0; i < samples.Length; i++)
                    {
                        sums[i] = 0;
                        for (int j = 0; j < older; j++)
                        {
                            sums[i] += row[group + i - taps.Length + j] * taps[j];
                        }
                    }
                }
            }

            for (int i = 0; i < samples.Length; i++)
            {
                ref int past = ref Unsafe.Add(ref start, group + i - TapsAtOnce);
                int sum = sums[i] + (c8 * past) + (c7 * Unsafe.Add(ref past, 1)) + (c6 * Unsafe.Add(ref past, 2))
                    + (c5 * Unsafe.Add(ref past, 3)) + (c4 * Unsafe.Add(ref past, 4)) + (c3 * Unsafe.Add(ref past, 5))
                    + (c2 * Unsafe.Add(ref past, 6)) + (c1 * last);
                last = samples[i] + (sum >> shift);
                samples[i] = last;
            }
        }
    }

    // As above; vectors only where AVX2 multiplies 32 bits to 64.
    private static void In64Bits<T>(Span<T> row, int first, ReadOnlySpan<int> taps, int shift)
        where T : unmanaged, IBinaryInteger<T>
    {
        int older = taps.Length - TapsAtOnce;
        ref int tap = ref MemoryMarshal.GetReference(taps);
        ref T start = ref MemoryMarshal.GetReference(row);
        Span<long> sums = stackalloc long[TapsAtOnce];
        for (int group = first; group < row.Length; group += TapsAtOnce)
        {
            Span<T> samples = row[group..Math.Min(group + TapsAtOnce, row.Length)];
            int done = 0;
            if (typeof(T) == typeof(int) && Avx2.IsSupported && older > 0 && samples.Length == TapsAtOnce)
            {
                Older(MemoryMarshal.Cast<T, int>(row[(group - taps.Length)..]), taps[..older], sums);
                done = older;
            }

            for (int i = 0; i < samples.Length; i++)
            {
                ref T past = ref Unsafe.Add(ref start, group + i - taps.Length);
                long sum = done > 0 ? sums[i] : 0;
                for (int j = done; j < taps.Length; j += TapsAtOnce)
                {
                    sum += Product(ref tap, ref past, j) + Product(ref tap, ref past, j + 1)
                        + Product(ref tap, ref past, j + 2) + Product(ref tap, ref past, j + 3)
                        + Product(ref tap, ref past, j + 4) + Product(ref tap, ref past, j + 5)
                        + Product(ref tap, ref past, j + 6) + Product(ref tap, ref past, j + 7);
                }

                samples[i] += T.CreateTruncating(sum >> shift);
            }
        }
    }

    private static void Older(ReadOnlySpan<int> past, ReadOnlySpan<int> taps, Span<long> sums)
    {
        Vector256<long> lower = Vector256<long>.Zero;
        Vector256<long> upper = Vector256<long>.Zero;
        for (int j = 0; j < taps.Length; j++)
        {
            Vector256<int> tap = Vector256.Create(taps[j]);
            Vector256<long> low = Avx2.ConvertToVector256Int64(Vector128.Create(past.Slice(j, 4)));
            Vector256<long> high = Avx2.ConvertToVector256Int64(Vector128.Create(past.Slice(j + 4, 4)));
            lower += Avx2.Multiply(low.AsInt32(), tap);
            upper += Avx2.Multiply(high.AsInt32(), tap);
        }

        lower.CopyTo(sums);
        upper.CopyTo(sums[4..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Product<T>(ref int tap, ref T past, int j)
        where T : unmanaged, IBinaryInteger<T> =>
        Unsafe.Add(ref tap, j) * long.CreateTruncating(Unsafe.Add(ref past, j));
}
