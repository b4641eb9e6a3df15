namespace NativeCnn.Tests.Support;

/// <summary>
/// Law of every backward pass: it agrees with central differences of the float64 forward reference, for all elements.
/// </summary>
public static class GradientCheck
{
    /// <summary>
    /// Compares d(sum(upstream * f(inputs)))/d(inputs[which]) by central differences in float64 with a gradient
    /// that an operator gave.
    /// </summary>
    /// <param name="name">What is checked, for the failure message.</param>
    /// <param name="reference">The formula in float64, from all inputs to the output.</param>
    /// <param name="inputs">The inputs; <paramref name="which"/> is perturbed element by element.</param>
    /// <param name="which">The input whose gradient is checked.</param>
    /// <param name="upstream">The gradient of the output.</param>
    /// <param name="gradient">The operator's answer.</param>
    /// <param name="tolerance">|ours - numeric| is at most this times max(1, |numeric|).</param>
    public static void Of(
        string name,
        Func<double[][], double[]> reference,
        double[][] inputs,
        int which,
        double[] upstream,
        float[] gradient,
        double tolerance = 1e-4)
    {
        const double Step = 1e-5;
        double[] values = inputs[which];
        Assert.Equal(values.Length, gradient.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double kept = values[i];
            values[i] = kept + Step;
            double above = Dot(upstream, reference(inputs));
            values[i] = kept - Step;
            double below = Dot(upstream, reference(inputs));
            values[i] = kept;
            double numeric = (above - below) / (2 * Step);
            double distance = Math.Abs(gradient[i] - numeric);
            Assert.True(
                distance <= tolerance * Math.Max(1, Math.Abs(numeric)),
                $"{name}: gradient of input {which}, element {i}: got {gradient[i]:G9}, " +
                $"finite differences give {numeric:G9}");
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
