namespace NativeCnn.Engine.Operators;

/// <summary>Roots of unity, the twiddle factors of every transform; computed in double, stored as float.</summary>
internal static class FourierRoots
{
    /// <summary>exp(-2 pi i k / n) for k = 0 .. n - 1, re and im interleaved: [n, 2].</summary>
    /// <param name="length">n, at least 1.</param>
    public static float[] Create(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        float[] roots = new float[2 * length];
        for (int k = 0; k < length; k++)
        {
            // SinPi and CosPi are exact at the quarter turns.
            double turn = 2.0 * k / length;
            roots[2 * k] = (float)double.CosPi(turn);
            roots[(2 * k) + 1] = (float)-double.SinPi(turn);
        }

        return roots;
    }
}
