using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>The innermost loop of <see cref="WinnerPlan"/>, at the widest vector of this processor.</summary>
internal static unsafe class WinnerTiles
{
    /// <summary>Vectors of the largest tile; tiles of every even number up to it are there.</summary>
    public const int MaxVectors = 12;

    /// <summary>
    /// sums[i] (+)= sum over winners of gradients[winner] source[places[winner] + i], for <paramref name="vectors"/>
    /// vectors of i.
    /// </summary>
    public static void Patch(
        int vectors, float* source, int* places, float* gradients, int count, float* sums, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            WinnerTiles512.Patch(vectors, source, places, gradients, count, sums, add);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            WinnerTiles256.Patch(vectors, source, places, gradients, count, sums, add);
        }
        else
        {
            WinnerTiles128.Patch(vectors, source, places, gradients, count, sums, add);
        }
    }
}
