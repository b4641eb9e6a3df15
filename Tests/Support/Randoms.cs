namespace NativeCnn.Tests.Support;

/// <summary>Reproducible test signals.</summary>
public static class Randoms
{
    /// <summary>Normally distributed values by Box and Muller, from a seed.</summary>
    public static float[] Normal(int length, int seed, double scale = 1)
    {
        var random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(scale * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>
    /// The same with every third value, about, replaced by a zero of either sign, an infinity, or one of two NaN.
    /// </summary>
    public static float[] WithSpecialValues(int length, int seed)
    {
        float[] special =
        [
            0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
            BitConverter.Int32BitsToSingle(0x7FC00123),
        ];
        var random = new Random(seed);
        return Array.ConvertAll(
            Normal(length, seed), value => random.Next(3) == 0 ? special[random.Next(special.Length)] : value);
    }

    public static int[] ToBits(this float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);

    public static double[] ToDouble(this float[] values) => Array.ConvertAll(values, v => (double)v);
}
