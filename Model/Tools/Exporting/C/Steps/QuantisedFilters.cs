// Filters in 8 bits, each with a scale of its own:
//   y[k] = sum_i w[k, i] x[i] + b[k],  x = sx X,  w = sw[k] W  ->  y[k] = sx sw[k] (sum_i W[k, i] X[i] + B[k])
// W from -127 to 127, B in 32 bits, and in it what the rounding of W changes of the mean output, sum (w - sw W) E[x].
// Of several scales, from the one that the largest weight needs down, that is taken whose W change outputs least.
// Scales are large enough that no X makes the sum larger than 32 bits hold: half of them for the sum, a quarter for the
// bias.
using NativeCnn.Tools.Exporting.C.Quantisation;

namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>Weights in 8 bits, with what brings sums to their output.</summary>
internal sealed class QuantisedFilters
{
    private const double MostSum = 1 << 30;
    private const double MostBias = 1 << 29;
    private const int Candidates = 24;
    private const double CandidateStep = 0.02;

    /// <summary>Quantises.</summary>
    /// <param name="weights">[filters, row].</param>
    /// <param name="bias">[filters].</param>
    /// <param name="x">What they are applied to.</param>
    /// <param name="y">What they give.</param>
    /// <param name="groups">Groups of filters, each with inputs of its own.</param>
    /// <param name="inputs">What they read, on calibration clips; null where that is not known.</param>
    public QuantisedFilters(float[] weights, float[] bias, CValue x, CValue y, int groups, FilterInputs? inputs)
    {
        int row = weights.Length / bias.Length;
        Weights = new int[weights.Length];
        Bias = new int[bias.Length];
        Scales = new float[bias.Length];
        int filters = bias.Length / groups;
        for (int group = 0; group < groups; group++)
        {
            WeightRounding rounding = inputs?.RoundingOf(group) ?? new WeightRounding(null, row);
            double[] mean = inputs?.MeanOf(group) ?? new double[row];
            for (int k = group * filters; k < (group + 1) * filters; k++)
            {
                ReadOnlySpan<float> filter = weights.AsSpan(k * row, row);
                Span<int> rounded = Weights.AsSpan(k * row, row);
                double scale = Round(
                    filter, rounding, rounded, MostSum / x.Number.Most(),
                    Math.Abs((double)bias[k]) / (x.Scale * MostBias));
                double shift = 0;
                for (int i = 0; i < row; i++)
                {
                    shift += (filter[i] - (rounded[i] * scale)) * mean[i];
                }

                Bias[k] = (int)Math.Round((bias[k] + shift) / (scale * x.Scale));
                Scales[k] = (float)(scale * x.Scale / y.Scale);
            }
        }
    }

    /// <summary>W, [filters, row].</summary>
    public int[] Weights { get; }

    /// <summary>B, [filters].</summary>
    public int[] Bias { get; }

    /// <summary>What brings a sum to the output's scale, [filters].</summary>
    public float[] Scales { get; }

    /// <summary>Rounds a filter, and finds its scale.</summary>
    /// <param name="filter">[row].</param>
    /// <param name="rounding">How.</param>
    /// <param name="rounded">[row], the whole numbers.</param>
    /// <param name="room">The most that their sizes may be in sum.</param>
    /// <param name="least">The least scale.</param>
    private static double Round(
        ReadOnlySpan<float> filter, WeightRounding rounding, Span<int> rounded, double room, double least)
    {
        double largest = 0;
        double sum = 0;
        foreach (float weight in filter)
        {
            largest = Math.Max(largest, Math.Abs(weight));
            sum += Math.Abs((double)weight);
        }

        // Rounding may add half a step to each weight of the sum.
        double roomy = Math.Max(least, sum / Math.Max(room - (0.5 * filter.Length), 1));
        double first = Math.Max(largest / WeightRounding.Most, roomy);
        first = first > 0 ? first : 1;
        double best = 0;
        double leastVariance = double.PositiveInfinity;
        int[] candidate = new int[filter.Length];
        for (int i = 0; i < Candidates; i++)
        {
            double scale = first * (1 - (i * CandidateStep));
            if (i > 0 && scale < roomy)
            {
                break;
            }

            double variance = rounding.Round(filter, scale, candidate);
            if (variance < leastVariance && candidate.Sum(one => (double)Math.Abs(one)) <= room)
            {
                (best, leastVariance) = (scale, variance);
                candidate.CopyTo(rounded);
            }
        }

        if (best == 0)
        {
            // What the others make up for is too much for the sum: each by itself.
            best = first;
            new WeightRounding(null, filter.Length).Round(filter, first, rounded);
        }

        return best;
    }
}
