// Filters in 8 bits, each with a scale of its own:
//   y[k] = sum_i w[k, i] x[i] + b[k],  x = sx X,  w = sw[k] W  ->  y[k] = sx sw[k] (sum_i W[k, i] X[i] + B[k])
// W from -127 to 127, B in 32 bits, and in it what the rounding of W changes of the mean output, sum (w - sw W) E[x].
// Scales are large enough that no X makes the sum larger than 32 bits hold: half of them for the sum, a quarter for the
// bias.
namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Weights in 8 bits, with what brings sums to their output.</summary>
internal sealed class QuantisedFilters
{
    private const double MostSum = 1 << 30;
    private const double MostBias = 1 << 29;

    /// <summary>Quantises.</summary>
    /// <param name="weights">[filters, row].</param>
    /// <param name="bias">[filters].</param>
    /// <param name="x">What they are applied to.</param>
    /// <param name="y">What they give.</param>
    /// <param name="meanOf">What x[i] of filter k is on average; 0 where that is not known.</param>
    public QuantisedFilters(float[] weights, float[] bias, CValue x, CValue y, Func<int, int, float> meanOf)
    {
        int row = weights.Length / bias.Length;
        Weights = new int[weights.Length];
        Bias = new int[bias.Length];
        Scales = new float[bias.Length];
        for (int k = 0; k < bias.Length; k++)
        {
            ReadOnlySpan<float> filter = weights.AsSpan(k * row, row);
            double largest = 0;
            double sum = 0;
            foreach (float weight in filter)
            {
                largest = Math.Max(largest, Math.Abs(weight));
                sum += Math.Abs((double)weight);
            }

            // Rounding may add half a step to each weight of the sum.
            double room = (MostSum / x.Number.Most()) - (0.5 * row);
            double scale = Math.Max(
                Math.Max(largest / 127, sum / Math.Max(room, 1)), Math.Abs((double)bias[k]) / (x.Scale * MostBias));
            scale = scale > 0 ? scale : 1;
            double shift = 0;
            for (int i = 0; i < row; i++)
            {
                int weight = (int)Math.Clamp(Math.Round(filter[i] / scale), -127, 127);
                Weights[(k * row) + i] = weight;
                shift += (filter[i] - (weight * scale)) * meanOf(k, i);
            }

            Bias[k] = (int)Math.Round((bias[k] + shift) / (scale * x.Scale));
            Scales[k] = (float)(scale * x.Scale / y.Scale);
        }
    }

    /// <summary>W, [filters, row].</summary>
    public int[] Weights { get; }

    /// <summary>B, [filters].</summary>
    public int[] Bias { get; }

    /// <summary>What brings a sum to the output's scale, [filters].</summary>
    public float[] Scales { get; }
}
