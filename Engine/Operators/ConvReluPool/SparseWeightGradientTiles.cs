using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The innermost loop of <see cref="SparseWeightGradientPlan"/>, at the widest vector of this processor.
/// </summary>
internal static unsafe class SparseWeightGradientTiles
{
    /// <summary>Vectors of the largest tile; tiles of every even number up to it are there.</summary>
    public const int MaxVectors = 12;

    /// <summary>
    /// sums[i] (+)= sum over <paramref name="count"/> maxima of gradients[maximum] source[places[maximum] + i], for
    /// <paramref name="vectors"/> vectors of i.
    /// </summary>
    public static void Patch(
        int vectors, float* source, int* places, float* gradients, int count, float* sums, bool add)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                SparseWeightGradientTiles<FloatVector512>.Patch(vectors, source, places, gradients, count, sums, add);
                break;
            case 8:
                SparseWeightGradientTiles<FloatVector256>.Patch(vectors, source, places, gradients, count, sums, add);
                break;
            default:
                SparseWeightGradientTiles<FloatVector128>.Patch(vectors, source, places, gradients, count, sums, add);
                break;
        }
    }
}
