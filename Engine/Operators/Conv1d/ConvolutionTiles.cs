using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The innermost loops of a convolution, at the widest vector of this processor. Both read a packed source: rows of
/// time steps, one for each tap of each channel, that begin at source + offsets[row]; rows share memory, since the rows
/// of one channel's taps are the same samples shifted. There is no matrix of patches.
/// </summary>
/// <remarks>
/// Registers of the largest tiles: 512 bits have 32, for 8 x 3 and 6 x 4, that is 24 sums, 3 or 4 loads and 1
/// broadcast; 256 bits have 16, for 4 x 3 and 6 x 2, that is 12 sums, 3 or 2 and 1; 128 bits go as 512 do, since Arm
/// has 32 registers.
/// </remarks>
internal static unsafe class ConvolutionTiles
{
    /// <summary>Rows of a weight tile; the list of offsets is padded to a multiple of it.</summary>
    public const int WeightRows = 6;

    /// <summary>Vectors of time in the largest strip tile.</summary>
    public const int StripVectors = 3;

    /// <summary>float32 lanes of a vector.</summary>
    public static int Lanes => HostSimd.Lanes;

    /// <summary>Filters of the largest strip.</summary>
    public static int StripHeight => Lanes == 8 ? 4 : 8;

    /// <summary>Vectors of filters in the largest weight tile.</summary>
    public static int WeightVectors => Lanes == 8 ? 2 : 4;

    /// <summary>
    /// strip[f][i] (+)= sum over rows of weights[row][f] source[offsets[row] + i], for 8, 4, 2 or 1 filters and as many
    /// vectors of i.
    /// </summary>
    public static void Strip(
        int filters,
        int vectors,
        float* source,
        int* offsets,
        int rows,
        float* weights,
        float* strip,
        int pitch,
        bool add)
    {
        switch (Lanes)
        {
            case 16:
                ConvolutionTiles<FloatVector512>.Strip(
                    filters, vectors, source, offsets, rows, weights, strip, pitch, add);
                break;
            case 8:
                ConvolutionTiles<FloatVector256>.Strip(
                    filters, vectors, source, offsets, rows, weights, strip, pitch, add);
                break;
            default:
                ConvolutionTiles<FloatVector128>.Strip(
                    filters, vectors, source, offsets, rows, weights, strip, pitch, add);
                break;
        }
    }

    /// <summary>
    /// sums[row][f] (+)= sum over steps l of source[offsets[row] + l] gradient[l][f], for six rows and
    /// as many vectors of filters f, which lie side by side in gradient.
    /// </summary>
    public static void Weight(
        int vectors, float* source, int* offsets, int steps, float* gradient, float* sums, int pitch, bool add)
    {
        switch (Lanes)
        {
            case 16:
                ConvolutionTiles<FloatVector512>.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
                break;
            case 8:
                ConvolutionTiles<FloatVector256>.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
                break;
            default:
                ConvolutionTiles<FloatVector128>.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
                break;
        }
    }
}
