// Whether two classifiers differ, by the clips on which one alone is right: of b + c such clips, where neither is
// better, each is as likely to be the one's as the other's. Up to 24 of them the chance is summed exactly,
//     p = min(1, 2 P(X <= min(b, c))),  X of the binomial distribution of b + c and 1/2,
// beyond by chi square with one degree of freedom and the correction for continuity,
//     p = P(chi2 > (|b - c| - 1)^2 / (b + c)).
// Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages"
// (1947); A. L. Edwards (1948) for the correction; statsmodels' mcnemar(exact=True) and mcnemar(exact=False).
namespace NativeCnn.Model.Metrics;

/// <summary>The test of McNemar, two-sided.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="OnlyFirst">Clips on which the first alone is right.</param>
/// <param name="OnlySecond">Clips on which the second alone is right.</param>
public readonly record struct McNemarTest(int OnlyFirst, int OnlySecond)
{
    /// <summary>From so many clips on that one alone is right on, chi square is near enough.</summary>
    public const int LeastForChiSquare = 25;

    /// <summary>Clips on which one alone is right.</summary>
    public int Discordant => OnlyFirst + OnlySecond;

    /// <summary>True where the chance is summed, false where it is that of chi square.</summary>
    public bool IsExact => Discordant < LeastForChiSquare;

    /// <summary>The chance of so unequal counts, or more so, where neither classifier is better.</summary>
    public double PValue => Discordant == 0 ? 1 : IsExact ? Exact() : ChiSquare();

    private double Exact()
    {
        double ways = 1;
        double sum = 1;
        for (int k = 1; k <= Math.Min(OnlyFirst, OnlySecond); k++)
        {
            ways = ways * (Discordant - k + 1) / k;
            sum += ways;
        }

        return Math.Min(1, 2 * sum / Math.Pow(2, Discordant));
    }

    // A chi square of one degree is the square of a normal number.
    private double ChiSquare()
    {
        double apart = Math.Max(0, Math.Abs(OnlyFirst - OnlySecond) - 1.0);
        return Math.Min(1, 2 * NormalDistribution.UpperTail(apart / Math.Sqrt(Discordant)));
    }
}
