namespace NativeCnn.Tests.Support;

/// <summary>Law of two computations of the same numbers: they agree element by element.</summary>
public static class Near
{
    /// <summary>|got - expected| is at most tolerance * max(1, |expected|), for all elements.</summary>
    public static void All(string name, float[] expected, float[] got, double tolerance = 2e-5)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double distance = Math.Abs((double)got[i] - expected[i]);
            Assert.True(
                distance <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{name}: element {i}: got {got[i]:G9}, expected {expected[i]:G9}");
        }
    }
}
