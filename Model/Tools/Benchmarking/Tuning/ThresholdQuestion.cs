namespace NativeCnn.Tools.Benchmarking.Tuning;

/// <summary>How one threshold is measured.</summary>
/// <param name="Threshold">Its name.</param>
/// <param name="Ladder">The ladder of kernels.</param>
/// <param name="Low">The rung below it.</param>
/// <param name="High">The rung from it on.</param>
/// <param name="Candidates">The values that are tried, ascending.</param>
/// <param name="CaseOf">The case of a value: all else is far above its own thresholds.</param>
internal sealed record ThresholdQuestion(
    string Threshold, string Ladder, int Low, int High, int[] Candidates, Func<int, KernelCase> CaseOf);
