using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The innermost loops of a depthwise convolution. Both read packed rows of one channel: tap r of step i is
/// source[offsets[r] + i], so that every product has one operand in memory, at any address, and one in a register.
/// </summary>
internal static unsafe class DepthwiseTiles
{
    /// <summary>Taps of a tile of the gradient of the weights; lists of offsets are padded to a multiple of it.</summary>
    public const int TileTaps = 4;

    /// <summary>float32 lanes of a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

    /// <summary>The smallest multiple of the lanes that is at least so long.</summary>
    public static int Whole(int length) => (length + Lanes - 1) / Lanes * Lanes;

    /// <summary>
    /// strip[i] = sum over taps r of weights[places[r]] source[offsets[r] + i] for so many vectors of i.
    /// </summary>
    public static void Strip(
        int vectors, float* source, int* offsets, int taps, float* weights, int* places, float* strip)
    {
        switch (Lanes)
        {
            case 16:
                DepthwiseTiles<FloatVector512>.Strip(vectors, source, offsets, taps, weights, places, strip);
                break;
            case 8:
                DepthwiseTiles<FloatVector256>.Strip(vectors, source, offsets, taps, weights, places, strip);
                break;
            default:
                DepthwiseTiles<FloatVector128>.Strip(vectors, source, offsets, taps, weights, places, strip);
                break;
        }
    }

    /// <summary>
    /// sums[r] += sum over rows and vectors of steps i of source[offsets[r] + i] gradient[i], lane by lane, for taps r
    /// in multiples of <see cref="TileTaps"/>; one more vector of sums follows, of the gradient alone.
    /// </summary>
    /// <param name="rows">Rows of steps, each a whole number of vectors.</param>
    /// <param name="vectors">Vectors of a row.</param>
    /// <param name="source">The packed samples of the first row.</param>
    /// <param name="sourcePitch">From a row's samples to those of the next.</param>
    /// <param name="offsets">Of the taps.</param>
    /// <param name="taps">A multiple of <see cref="TileTaps"/>.</param>
    /// <param name="gradient">Row behind row.</param>
    /// <param name="sums">[taps + 1, lanes].</param>
    public static void Weight(
        int rows, int vectors, float* source, int sourcePitch, int* offsets, int taps, float* gradient, float* sums)
    {
        switch (Lanes)
        {
            case 16:
                DepthwiseTiles<FloatVector512>.Weight(
                    rows, vectors, source, sourcePitch, offsets, taps, gradient, sums);
                break;
            case 8:
                DepthwiseTiles<FloatVector256>.Weight(
                    rows, vectors, source, sourcePitch, offsets, taps, gradient, sums);
                break;
            default:
                DepthwiseTiles<FloatVector128>.Weight(
                    rows, vectors, source, sourcePitch, offsets, taps, gradient, sums);
                break;
        }
    }

    /// <summary>to[r] = the sum of the lanes of sums[r], for a multiple of four vectors.</summary>
    public static void Total(float* sums, int vectors, float* to)
    {
        switch (Lanes)
        {
            case 16:
                DepthwiseTiles<FloatVector512>.Total(sums, vectors, to);
                break;
            case 8:
                DepthwiseTiles<FloatVector256>.Total(sums, vectors, to);
                break;
            default:
                DepthwiseTiles<FloatVector128>.Total(sums, vectors, to);
                break;
        }
    }
}
