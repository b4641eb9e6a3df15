using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The innermost loops of a convolution, at the widest vector of this processor. Both read a packed source: rows of
/// time steps, one for each tap of each channel, that begin at source + offsets[row]; rows share memory, since the rows
/// of one channel's taps are the same samples shifted. There is no matrix of patches.
/// </summary>
internal static unsafe class ConvolutionTiles
{
    /// <summary>Rows of a weight tile; the list of offsets is padded to a multiple of it.</summary>
    public const int WeightRows = 6;

    /// <summary>float32 lanes of a vector.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Filters of the largest strip.</summary>
    public static int StripHeight => Vector512.IsHardwareAccelerated ? ConvolutionTiles512.StripHeight
        : Vector256.IsHardwareAccelerated ? ConvolutionTiles256.StripHeight : ConvolutionTiles128.StripHeight;

    /// <summary>Vectors of time in the largest strip tile.</summary>
    public static int StripVectors => Vector512.IsHardwareAccelerated ? ConvolutionTiles512.StripVectors
        : Vector256.IsHardwareAccelerated ? ConvolutionTiles256.StripVectors : ConvolutionTiles128.StripVectors;

    /// <summary>Vectors of filters in the largest weight tile.</summary>
    public static int WeightVectors => Vector512.IsHardwareAccelerated ? ConvolutionTiles512.WeightVectors
        : Vector256.IsHardwareAccelerated ? ConvolutionTiles256.WeightVectors : ConvolutionTiles128.WeightVectors;

    /// <summary>
    /// strip[f][i] (+)= sum over rows of weights[row][f] source[offsets[row] + i], for as many filters (a height of the
    /// generated list) and vectors of i.
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
        if (Vector512.IsHardwareAccelerated)
        {
            ConvolutionTiles512.Strip(filters, vectors, source, offsets, rows, weights, strip, pitch, add);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            ConvolutionTiles256.Strip(filters, vectors, source, offsets, rows, weights, strip, pitch, add);
        }
        else
        {
            ConvolutionTiles128.Strip(filters, vectors, source, offsets, rows, weights, strip, pitch, add);
        }
    }

    /// <summary>
    /// sums[row][f] (+)= sum over steps l of source[offsets[row] + l] gradient[l][f], for six rows and
    /// as many vectors of filters f, which lie side by side in gradient.
    /// </summary>
    public static void Weight(
        int vectors, float* source, int* offsets, int steps, float* gradient, float* sums, int pitch, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ConvolutionTiles512.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            ConvolutionTiles256.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
        }
        else
        {
            ConvolutionTiles128.Weight(vectors, source, offsets, steps, gradient, sums, pitch, add);
        }
    }
}
