// Where the true share lies, given how many of so many clips were right: Wilson's score interval, which stays within
// 0 and 1 and is right for few clips and for shares near the ends too.
//     centre = (p + z^2 / 2n) / (1 + z^2 / n),  half width = z sqrt(p (1 - p) / n + z^2 / 4n^2) / (1 + z^2 / n)
// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927); statsmodels'
// proportion_confint(count, nobs, method="wilson").
namespace NativeCnn.Model.Metrics;

/// <summary>An interval that holds the true share with a chance of 95 %.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The interval of a count.</summary>
    /// <param name="count">How many were.</param>
    /// <param name="of">Of how many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none, or fewer than were.</exception>
    public static WilsonInterval Of(int count, int of)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(of, Math.Max(1, count));
        const double z = NormalDistribution.Within95Percent;
        double share = (double)count / of;
        double scale = 1 + (z * z / of);
        double centre = (share + (z * z / (2.0 * of))) / scale;
        double half = z * Math.Sqrt((share * (1 - share) / of) + (z * z / (4.0 * of * of))) / scale;
        return new WilsonInterval(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
