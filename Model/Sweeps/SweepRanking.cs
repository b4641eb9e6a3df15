// Which of a rung's jobs go on: by what their run folders say, so that every worker comes to the same.
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sweeps;

/// <summary>Orders jobs by what came of them.</summary>
public static class SweepRanking
{
    /// <summary>What jobs are compared by.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="runs">What is known of its runs.</param>
    public static BestBy MetricOf(SweepPlan plan, IEnumerable<RunSummary?> runs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Metric
            ?? (plan.Base.FirstOrDefault(setting => setting.Name == "best") is { } best &&
                Enum.TryParse(best.Text, ignoreCase: true, out BestBy by) ? by
            : runs.Any(run => run?.MeanAveragePrecision is not null) ? BestBy.Map
            : BestBy.Accuracy);
    }

    /// <summary>The figure of a run; null where it has none.</summary>
    public static double? Figure(RunSummary? run, BestBy metric) => metric switch
    {
        BestBy.Loss => run?.Loss,
        BestBy.F1 => run?.F1,
        BestBy.Map => run?.MeanAveragePrecision,
        _ => run?.Accuracy,
    } is { } figure && double.IsFinite(figure) ? figure : null;

    /// <summary>The best first; those of one figure by their loss, then by their number; those of none last.</summary>
    /// <typeparam name="T">What is ordered.</typeparam>
    /// <param name="jobs">Jobs with their runs.</param>
    /// <param name="metric">What they are compared by.</param>
    /// <param name="runOf">A job's run; null for none.</param>
    /// <param name="numberOf">A job's number.</param>
    public static IOrderedEnumerable<T> Order<T>(
        IEnumerable<T> jobs, BestBy metric, Func<T, RunSummary?> runOf, Func<T, int> numberOf) => jobs
        .OrderBy(job => Figure(runOf(job), metric) is not { } figure ? double.PositiveInfinity
            : metric == BestBy.Loss ? figure
            : -figure)
        .ThenBy(job => runOf(job)?.Loss is { } loss && double.IsFinite(loss) ? loss : double.PositiveInfinity)
        .ThenBy(numberOf);

    /// <summary>The numbers of the jobs that go on from a rung, in their order; none where all failed.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="folder">Its jobs.</param>
    /// <param name="rung">The jobs of the rung, all settled.</param>
    public static IReadOnlyList<int> GoOn(SweepPlan plan, JobFolder folder, IReadOnlyList<JobEntry> rung)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(rung);
        (JobEntry Job, RunSummary? Run)[] done =
        [
            .. rung.Where(job => job.State == JobState.Done)
                .Select(job => (job, RunSummary.Of(Path.Combine(folder.Root, plan.NameOf(job))))),
        ];
        BestBy metric = MetricOf(plan, done.Select(one => one.Run));
        return
        [
            .. Order(done, metric, one => one.Run, one => one.Job.Number)
                .Where(one => Figure(one.Run, metric) is not null)
                .Take(Halving.GoOn(rung.Count, plan.Eta)).Select(one => one.Job.Number).Order(),
        ];
    }
}
