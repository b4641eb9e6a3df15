// The number of elements of a shape that came from a file: it may be absurd, and must not overflow.

namespace NativeCnn.Model.Formats;

internal static class ElementCount
{
    // So that a count times the size of an element, 8 bytes at most, fits a long.
    private const long Limit = long.MaxValue / 8;

    // The product of the dimensions, at most Limit. A zero anywhere makes an empty tensor, however large the rest.
    public static long Of(ReadOnlySpan<int> shape)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (int dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count = dimension > Limit / count ? Limit : count * dimension;
        }

        return count;
    }
}
