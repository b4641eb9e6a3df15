// One channel of a frame: constant, verbatim, or a predictor with its residual.

using System.Numerics;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>Decodes subframes (RFC 9639, section 9.2).</summary>
internal static class FlacSubframe
{
    private const int Constant = 0;
    private const int Verbatim = 1;
    private const int FirstFixed = 8;
    private const int LastFixed = 12;
    private const int FirstLinear = 32;
    private const int LastLinear = 63;

    /// <summary>Decodes one.</summary>
    /// <typeparam name="T">int, or long for samples of 33 bits.</typeparam>
    /// <param name="bits">The frame, at the subframe's header.</param>
    /// <param name="row">[<see cref="FlacPrediction.Margin"/> + samples], filled behind the margin.</param>
    /// <param name="width">Bits of a sample: one more in the side channel.</param>
    /// <exception cref="AudioFormatException">It is damaged or cut off.</exception>
    internal static void Decode<T>(ref FlacBitReader bits, scoped Span<T> row, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        // A bit that is 0, six of type, and one that says whether lower bits are left out because all are 0.
        uint header = bits.Read(8);
        int type = (int)(header >> 1);
        long wasted = (header & 1) != 0 ? bits.ReadUnary() + 1 : 0;
        if (wasted >= width)
        {
            throw bits.Damaged($"it leaves out {wasted} of {width} bits");
        }

        width -= (int)wasted;
        Span<T> samples = row[FlacPrediction.Margin..];
        switch (type)
        {
            case Constant:
                samples.Fill(T.CreateTruncating(bits.ReadSigned(width)));
                break;
            case Verbatim:
                ReadSigned(ref bits, samples, width);
                break;
            case >= FirstFixed and <= LastFixed:
                int order = type - FirstFixed;
                ReadWarmUp(ref bits, samples, order, width);
                ReadResidual(ref bits, samples, order);
                FlacPrediction.Fixed(samples, order);
                break;
            case >= FirstLinear and <= LastLinear:
                DecodeLinear(ref bits, row, type - FirstLinear + 1, width);
                break;
            default:
                throw bits.Damaged($"a subframe has the type {type}, which is reserved,");
        }

        bits.ThrowIfPastTheEnd();
        for (int i = 0; wasted > 0 && i < samples.Length; i++)
        {
            samples[i] <<= (int)wasted;
        }
    }

    private static void DecodeLinear<T>(ref FlacBitReader bits, scoped Span<T> row, int order, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        const int Forbidden = 16;
        Span<T> samples = row[FlacPrediction.Margin..];
        ReadWarmUp(ref bits, samples, order, width);
        int precision = (int)bits.Read(4) + 1;
        int shift = (int)bits.ReadSigned(5);
        if (precision == Forbidden || shift < 0)
        {
            throw bits.Damaged($"a predictor of {precision} bits with a shift of {shift}, which is forbidden,");
        }

        Span<int> coefficients = stackalloc int[LastLinear - FirstLinear + 1];
        coefficients = coefficients[..order];
        ReadSigned(ref bits, coefficients, precision);
        ReadResidual(ref bits, samples, order);
        FlacPrediction.Linear(row, coefficients, shift, width);
    }

    private static void ReadWarmUp<T>(ref FlacBitReader bits, scoped Span<T> samples, int order, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (order > samples.Length)
        {
            throw bits.Damaged($"a predictor of order {order} stands in a block of {samples.Length} samples,");
        }

        ReadSigned(ref bits, samples[..order], width);
    }

    // Partitions of equal length, the first without the warm-up; each has its parameter, or the escape code (all bits
    // 1) and residuals as they are.
    private static void ReadResidual<T>(ref FlacBitReader bits, scoped Span<T> samples, int order)
        where T : unmanaged, IBinaryInteger<T>
    {
        uint method = bits.Read(2);
        int partitionOrder = (int)bits.Read(4);
        int length = samples.Length >> partitionOrder;
        if (method > 1 || length << partitionOrder != samples.Length || length < order)
        {
            throw bits.Damaged(
                $"a residual of method {method} in 2^{partitionOrder} partitions does not fit {samples.Length} samples "
                + $"and a predictor of order {order}");
        }

        int parameterBits = method == 0 ? 4 : 5;
        uint escape = (1u << parameterBits) - 1;
        for (int start = order, end = length; end <= samples.Length; start = end, end += length)
        {
            Span<T> residual = samples[start..end];
            uint parameter = bits.Read(parameterBits);
            if (parameter == escape)
            {
                ReadSigned(ref bits, residual, (int)bits.Read(5));
            }
            else
            {
                bits.ReadRice(residual, (int)parameter);
            }

            bits.ThrowIfPastTheEnd();
        }
    }

    // Numbers of 0 bits are 0.
    private static void ReadSigned<T>(ref FlacBitReader bits, scoped Span<T> numbers, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (width == 0)
        {
            numbers.Clear();
            return;
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = T.CreateTruncating(bits.ReadSigned(width));
        }
    }
}
