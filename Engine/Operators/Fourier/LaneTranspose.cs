// Between rows of memory and vectors, one row a lane: as many signals as there are lanes can then be worked on side by
// side without a single shuffle.

using System.Runtime.CompilerServices;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>Turns rows into lanes and back. Element c of row r is lane r of vector c.</summary>
/// <typeparam name="TVector">The vector; its lanes are the most rows there can be.</typeparam>
internal static unsafe class LaneTranspose<TVector> where TVector : unmanaged, IFloatVector<TVector>
{
    /// <summary>Rows to lanes.</summary>
    /// <param name="rows">The first element of the first row.</param>
    /// <param name="rowStride">Elements from a row to the next; rows may overlap.</param>
    /// <param name="rowCount">Rows, 1 to the lanes; lanes beyond repeat the last row, which is harmless.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="lanes">Receives [columns, lanes].</param>
    /// <param name="weights">[columns] that every row is multiplied by, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToLanes(
        float* rows, long rowStride, int rowCount, int columns, float* lanes, float* weights = null)
    {
        int count = TVector.Count;
        int c = 0;
        if (rowCount == count)
        {
            while (c <= columns - count && TVector.TransposeBlock(
                rows + c, rowStride, lanes + ((long)c * count), count, weights == null ? null : weights + c))
            {
                c += count;
            }
        }

        for (; c < columns; c++)
        {
            float weight = weights == null ? 1f : weights[c];
            float* vector = lanes + ((long)c * count);
            for (int r = 0; r < count; r++)
            {
                vector[r] = weight * rows[(Math.Min(r, rowCount - 1) * rowStride) + c];
            }
        }
    }

    /// <summary>Lanes to rows.</summary>
    /// <param name="lanes">[columns, lanes].</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="rows">The first element of the first row.</param>
    /// <param name="rowStride">Elements from a row to the next.</param>
    /// <param name="rowCount">Rows to write, 1 to the lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromLanes(float* lanes, int columns, float* rows, long rowStride, int rowCount)
    {
        int count = TVector.Count;
        int c = 0;
        if (rowCount == count)
        {
            while (c <= columns - count && TVector.TransposeBlock(
                lanes + ((long)c * count), count, rows + c, rowStride, null))
            {
                c += count;
            }
        }

        for (; c < columns; c++)
        {
            float* vector = lanes + ((long)c * count);
            for (int r = 0; r < rowCount; r++)
            {
                rows[(r * rowStride) + c] = vector[r];
            }
        }
    }
}
