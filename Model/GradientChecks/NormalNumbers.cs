namespace NativeCnn.Model.GradientChecks;

/// <summary>Normally distributed numbers, mean 0 and deviation 1, by Box and Muller.</summary>
internal static class NormalNumbers
{
    public static float[] Draw(Random random, int length)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
