namespace NativeCnn.Tests.Support;

/// <summary>Law of two computations of the same numbers: they agree element by element.</summary>
public static class Near
{
    /// <summary>
    /// <see cref="Closeness.Close(string, ReadOnlySpan{float}, ReadOnlySpan{float}, double, int[])"/> of flat arrays.
    /// </summary>
    public static void All(string name, float[] expected, float[] got, double tolerance = 2e-5) =>
        Closeness.Close(name, got, expected, tolerance, expected.Length);
}
