using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Adds up rows of partial sums on the host: what the parts of a body left for each column. Block by block, always in
/// the same order, so always the same bits.
/// </summary>
internal static unsafe class ColumnSums
{
    private const int RowsOfBlock = 64;

    /// <summary>sums[column] += the sum over all rows.</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="count">How many rows there are.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="width">Columns.</param>
    /// <param name="sums">As many sums as columns.</param>
    public static void Add(float* rows, int count, int stride, int width, float* sums)
    {
        int column = 0;
        for (; column <= width - 16; column += 16)
        {
            Vector512<float> total = default;
            for (int first = 0; first < count; first += RowsOfBlock)
            {
                int end = Math.Min(count, first + RowsOfBlock);
                Vector512<float> part = default;
                for (int row = first; row < end; row++)
                {
                    part += Vector512.Load(rows + ((long)row * stride) + column);
                }

                total += part;
            }

            (Vector512.Load(sums + column) + total).Store(sums + column);
        }

        for (; column < width; column++)
        {
            double total = 0;
            for (int row = 0; row < count; row++)
            {
                total += rows[((long)row * stride) + column];
            }

            sums[column] += (float)total;
        }
    }
}
