namespace NativeCnn.Tools.Benchmarking;

/// <summary>Where most of some samples lie.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Median">The 50th percentile.</param>
/// <param name="Low">The 5th percentile.</param>
/// <param name="High">The 95th percentile.</param>
public readonly record struct SampleSummary(double Median, double Low, double High)
{
    /// <summary>Half of the distance from <see cref="Low"/> to <see cref="High"/>, as a share of the median.</summary>
    public double Noise => Median > 0 ? (High - Low) / 2 / Median : 0;

    /// <summary>The summary of samples in any order; zeros of none.</summary>
    public static SampleSummary Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return new SampleSummary(Percentile(sorted, 0.5), Percentile(sorted, 0.05), Percentile(sorted, 0.95));
    }

    /// <summary>
    /// A percentile of ascending numbers, between two of them in proportion: type 7 of Hyndman and Fan (1996), NumPy's
    /// and R's default.
    /// </summary>
    /// <param name="sorted">The numbers, ascending; 0 is given for none.</param>
    /// <param name="share">From 0, the least, to 1, the largest.</param>
    internal static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty)
        {
            return 0;
        }

        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
