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

    public static double[] ToDouble(this float[] values) => Array.ConvertAll(values, v => (double)v);
}
