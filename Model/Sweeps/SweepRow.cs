using NativeCnn.Model.Jobs;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Sweeps;

/// <summary>A job of a sweep, in a line of its report.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Job">The job, in the last rung that it came to.</param>
/// <param name="Settings">What is its own.</param>
/// <param name="Run">What its run came to so far; null before its first epoch.</param>
public sealed record SweepRow(JobEntry Job, IReadOnlyList<SweepSetting> Settings, RunSummary? Run)
{
    /// <summary>What it is ranked by; null where it has none.</summary>
    public double? Figure { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Why { get; init; }
}
