// Whether two sets of samples come from one distribution: Mann and Whitney's U, which looks at ranks alone and so asks
// for no normal distribution, as times are none. Two-sided; by the normal approximation with the correction for ties
// and for continuity, or by counting all cases where both sets are small and have no ties.
// Source: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than
// the other" (1947).
using NativeCnn.Model.Metrics;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>The test of Mann and Whitney.</summary>
public static class MannWhitney
{
    private const int Small = 12;

    /// <summary>The chance that samples of one distribution are as far apart as these, in either direction.</summary>
    /// <param name="a">Some samples.</param>
    /// <param name="b">Others.</param>
    /// <returns>From 0 to 1; 1 where one of both is empty.</returns>
    public static double PValue(IReadOnlyCollection<double> a, IReadOnlyCollection<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (int n, int m) = (a.Count, b.Count);
        if (n == 0 || m == 0)
        {
            return 1;
        }

        (double u, double ties) = Rank(a, b);
        double least = Math.Min(u, ((double)n * m) - u);
        if (ties == 0 && n <= Small && m <= Small)
        {
            return Math.Min(1, 2 * ShareUpTo(n, m, (int)least));
        }

        double total = n + m;
        double variance = n * (double)m / 12 * (total + 1 - (ties / (total * (total - 1))));
        if (variance <= 0)
        {
            return 1;
        }

        double z = Math.Max(0, (n * (double)m / 2) - least - 0.5) / Math.Sqrt(variance);
        return Math.Min(1, 2 * NormalDistribution.UpperTail(z));
    }

    /// <summary>What <see cref="PValue"/> gives of so many samples that are all apart: its least.</summary>
    internal static double LeastPValue(int n, int m) => PValue(
        [.. Enumerable.Range(0, n).Select(i => (double)i)], [.. Enumerable.Range(n, m).Select(i => (double)i)]);

    /// <summary>U of the first, and the sum of t^3 - t over groups of t equal values.</summary>
    private static (double U, double Ties) Rank(IReadOnlyCollection<double> a, IReadOnlyCollection<double> b)
    {
        (double Value, bool IsFirst)[] all =
            [.. a.Select(one => (one, true)).Concat(b.Select(one => (one, false))).OrderBy(one => one.Item1)];
        double ranks = 0;
        double ties = 0;
        for (int start = 0; start < all.Length;)
        {
            int end = start;
            while (end < all.Length && all[end].Value == all[start].Value)
            {
                end++;
            }

            double equal = end - start;
            ties += (equal * equal * equal) - equal;
            double rank = (start + 1 + end) / 2.0;
            ranks += rank * all[start..end].Count(one => one.IsFirst);
            start = end;
        }

        return (ranks - (a.Count * (a.Count + 1) / 2.0), ties);
    }

    /// <summary>The share of all orders of n and m different values whose U is at most this.</summary>
    private static double ShareUpTo(int n, int m, int most)
    {
        // Orders of i and j values by their U: the largest value is of the first, above all j, or of the second.
        double[][] before = [.. Enumerable.Range(0, n + 1).Select(_ => Start())];
        for (int j = 1; j <= m; j++)
        {
            double[][] now = [Start()];
            for (int i = 1; i <= n; i++)
            {
                double[] counts = new double[(n * m) + 1];
                for (int u = 0; u < counts.Length; u++)
                {
                    counts[u] = before[i][u] + (u >= j ? now[i - 1][u - j] : 0);
                }

                now = [.. now, counts];
            }

            before = now;
        }

        return before[n].Take(most + 1).Sum() / before[n].Sum();

        double[] Start()
        {
            double[] counts = new double[(n * m) + 1];
            counts[0] = 1;
            return counts;
        }
    }
}
