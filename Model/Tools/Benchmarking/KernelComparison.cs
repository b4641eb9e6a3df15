// Two saved runs of `nativecnn bench kernels`, line by line: is a kernel faster, slower, or is there no difference?
namespace NativeCnn.Tools.Benchmarking;

/// <summary>One kernel in two runs.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What both runs call it.</param>
/// <param name="First">Its samples in the first run.</param>
/// <param name="Second">Its samples in the second.</param>
/// <param name="Verdict">What the test says of the second beside the first.</param>
/// <param name="PValue">Of the test of Mann and Whitney, corrected for the number of kernels after Holm.</param>
public sealed record KernelComparison(
    string Name, SampleSummary First, SampleSummary Second, SampleVerdict Verdict, double PValue)
{
    /// <summary>The level of the test where none is given.</summary>
    public const double DefaultLevel = 0.01;

    /// <summary>The least difference of medians that is one, where none is given.</summary>
    public const double DefaultLeast = 0.03;

    /// <summary>
    /// Whether there are samples enough for the test to find a difference at its level, were they all apart.
    /// </summary>
    public bool CanDiffer { get; init; } = true;

    /// <summary>Median of the second over that of the first.</summary>
    public double Ratio => Second.Median / First.Median;

    /// <summary>
    /// Compares kernels. A difference is one that the test finds at the level, all kernels together: the chance of a
    /// single false one in the table is at most the level (Holm's correction); and whose medians are apart by the least
    /// share, since two runs of the same program differ by what else the machine did.
    /// </summary>
    /// <param name="pairs">A name, and the samples of both runs.</param>
    /// <param name="level">Such as 0.01.</param>
    /// <param name="least">Such as 0.03.</param>
    public static IReadOnlyList<KernelComparison> Of(
        IReadOnlyList<(string Name, IReadOnlyList<double> First, IReadOnlyList<double> Second)> pairs,
        double level = DefaultLevel, double least = DefaultLeast)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        double[] plain = [.. pairs.Select(one => MannWhitney.PValue([.. one.First], [.. one.Second]))];
        double[] corrected = Holm(plain);
        return
        [
            .. pairs.Select((one, i) =>
            {
                (SampleSummary first, SampleSummary second) =
                    (SampleSummary.Of(one.First), SampleSummary.Of(one.Second));
                double change = (second.Median / first.Median) - 1;
                bool isOne = corrected[i] <= level && Math.Abs(change) >= least;
                SampleVerdict verdict = !isOne ? SampleVerdict.NoDifference
                    : change < 0 ? SampleVerdict.Faster
                    : SampleVerdict.Slower;
                return new KernelComparison(one.Name, first, second, verdict, corrected[i])
                {
                    CanDiffer = MannWhitney.LeastPValue(one.First.Count, one.Second.Count) * pairs.Count <= level,
                };
            }),
        ];
    }

    /// <summary>Each probability times how many are no smaller, never below one before it.</summary>
    private static double[] Holm(double[] plain)
    {
        double[] corrected = new double[plain.Length];
        double most = 0;
        int rank = 0;
        foreach (int i in Enumerable.Range(0, plain.Length).OrderBy(i => plain[i]))
        {
            most = Math.Max(most, Math.Min(1, plain[i] * (plain.Length - rank)));
            corrected[i] = most;
            rank++;
        }

        return corrected;
    }
}
