using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>Draws initial values.</summary>
public static class InitializerDraws
{
    /// <summary>
    /// Fills a weight [outputs, inputs, ...]: fan-in is inputs times taps, fan-out outputs times taps.
    /// </summary>
    public static void DrawWeight(
        this Initializer initializer, Span<float> values, Shape shape, ulong seed, uint stream)
    {
        int taps = shape.Rank > 2 ? shape[2] : 1;
        double fanIn = (double)shape[1] * taps;
        double fanOut = (double)shape[0] * taps;
        switch (initializer)
        {
            case Initializer.FanIn:
                Uniform(values, 1 / Math.Sqrt(fanIn), seed, stream);
                break;
            case Initializer.KaimingUniform:
                Uniform(values, Math.Sqrt(6 / fanIn), seed, stream);
                break;
            case Initializer.KaimingNormal:
                Normal(values, Math.Sqrt(2 / fanIn), seed, stream);
                break;
            case Initializer.XavierUniform:
                Uniform(values, Math.Sqrt(6 / (fanIn + fanOut)), seed, stream);
                break;
            case Initializer.XavierNormal:
                Normal(values, Math.Sqrt(2 / (fanIn + fanOut)), seed, stream);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(initializer), initializer, "there is no such initialiser");
        }
    }

    /// <summary>Fills the bias that belongs to a weight of shape <paramref name="weight"/>.</summary>
    public static void DrawBias(this Initializer initializer, Span<float> values, Shape weight, ulong seed, uint stream)
    {
        if (initializer == Initializer.FanIn)
        {
            int taps = weight.Rank > 2 ? weight[2] : 1;
            Uniform(values, 1 / Math.Sqrt((double)weight[1] * taps), seed, stream);
        }
        else
        {
            values.Clear();
        }
    }

    private static void Uniform(Span<float> values, double bound, ulong seed, uint stream)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(bound * ((2.0 * Word(seed, stream, i)) - 1));
        }
    }

    private static void Normal(Span<float> values, double deviation, ulong seed, uint stream)
    {
        for (int i = 0; i < values.Length; i++)
        {
            // Box and Muller; 1 - u keeps the logarithm's argument above 0.
            double radius = Math.Sqrt(-2 * Math.Log(1 - Word(seed, stream, 2 * i)));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * Word(seed, stream, (2 * i) + 1)));
        }
    }

    // Step 0 belongs to initialisation: training steps count from 1, so no draw is used twice.
    private static double Word(ulong seed, uint stream, int element)
    {
        PhiloxBlock block = Philox.Generate(seed, 0, stream, (uint)element / 4);
        return Philox.ToUniform(((uint)element % 4) switch { 0 => block.X, 1 => block.Y, 2 => block.Z, _ => block.W });
    }
}
