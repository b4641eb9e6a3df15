using NativeCnn.Model;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>runs compare --json</c>.</summary>
internal sealed record RunComparisonRecord(
    string A, string B, int Clips, double AccuracyA, double[] IntervalA, double AccuracyB, double[] IntervalB,
    int OnlyA, int OnlyB, string Test, double PValue, bool Differs, string Verdict)
{
    public static RunComparisonRecord Of(string a, string b, RunComparison found) => new(
        a, b, found.Clips, found.AccuracyOfA, Ends(found.IntervalOfA), found.AccuracyOfB, Ends(found.IntervalOfB),
        found.Test.OnlyFirst, found.Test.OnlySecond, MethodOf(found.Test), found.Test.PValue, found.Differs,
        found.Verdict);

    /// <summary>Which of its two ways the test went.</summary>
    public static string MethodOf(McNemarTest test) => test.IsExact
        ? "exact binomial"
        : "chi square with correction for continuity";

    private static double[] Ends(WilsonInterval interval) => [interval.Low, interval.High];
}
