// The tail of the standard normal distribution to double precision: by its series near 0, by its continued fraction
// beyond.
// Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.2.11 and 26.2.14.
namespace NativeCnn.Model.Metrics;

/// <summary>The standard normal distribution.</summary>
public static class NormalDistribution
{
    /// <summary>95 % of it lies within so many standard deviations of 0.</summary>
    public const double Within95Percent = 1.959963984540054;

    // From here on the fraction needs fewer terms than the series, which would lose digits to 0.5 - 0.498...
    private const double Far = 2.5;
    private const int FractionTerms = 120;

    /// <summary>P(Z > z): the chance of a larger number, to 1e-13 of itself.</summary>
    /// <param name="z">Any number.</param>
    /// <returns>From 0 to 1; NaN of NaN.</returns>
    public static double UpperTail(double z)
    {
        if (z < 0)
        {
            return 1 - UpperTail(-z);
        }

        double density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z > Far)
        {
            double fraction = z;
            for (int k = FractionTerms; k >= 1; k--)
            {
                fraction = z + (k / fraction);
            }

            return density / fraction;
        }

        double term = z;
        double sum = z;
        for (int k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 - (density * sum);
    }
}
