namespace NativeCnn.Model.Formats;

/// <summary>Places in a row-major tensor.</summary>
internal static class Coordinates
{
    /// <summary>The coordinates of an element by its number, such as <c>[3,12,1]</c>.</summary>
    public static string Of(ReadOnlySpan<int> shape, int index)
    {
        int[] places = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (index, places[axis]) = Math.DivRem(index, shape[axis]);
        }

        return $"[{string.Join(',', places)}]";
    }
}
