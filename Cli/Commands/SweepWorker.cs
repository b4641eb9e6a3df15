// One worker of a sweep: trains jobs as `train` does, rung by rung, until none is left.
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Jobs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Cli.Commands;

/// <summary>Does jobs of a sweep.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="folder">Its jobs.</param>
/// <param name="own">Options that are this worker's own, such as its device.</param>
/// <param name="view">How trainings are shown.</param>
/// <param name="settled">Told what came of a job that this worker settled.</param>
internal sealed class SweepWorker(
    SweepPlan plan, JobFolder folder, IReadOnlyList<string> own, SweepView view, Action<SweepRow> settled)
    : JobRemarks(view.Remark, view.Line)
{
    private FeatureCache? cache;

    /// <summary>Works until all jobs are settled.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; its job went back.</exception>
    public void Run(CancellationToken cancellation)
    {
        var worker = new JobWorker(folder, new JobOptions(), this)
        {
            IsOfTheJob = JobErrors.IsOfTheJob,
            NameOf = plan.NameOf,
        };
        try
        {
            for (int batch = 0; batch < plan.Batches; batch++)
            {
                IReadOnlyList<JobEntry> jobs = worker.Drain(batch, Train, cancellation);
                if (batch + 1 < plan.Batches && !folder.HasBatch(batch + 1))
                {
                    IReadOnlyList<int> next = SweepRanking.GoOn(plan, folder, jobs);
                    if (next.Count == 0)
                    {
                        return; // all failed
                    }

                    folder.MakeBatch(batch + 1, next);
                }
            }
        }
        finally
        {
            cache?.Dispose();
        }
    }

    public override void Claimed(JobEntry job, int settled, int count)
    {
        base.Claimed(job, settled, count);
        view.Job = $"job {NumberOf(job)}" + (plan.Rungs.Count > 0 ? $", rung {job.Batch}" : "");
        view.Line(
            $"{view.Job} ({settled} of {count} settled{(job.Attempt > 1 ? $", attempt {job.Attempt}" : "")}): " +
            string.Join(", ", plan.Jobs[job.Number]));
    }

    public override void Settled(JobEntry job)
    {
        var row = new SweepRow(
            job, plan.Jobs[job.Number], RunSummary.Of(Path.Combine(folder.Root, plan.NameOf(job))))
        {
            Why = job.State == JobState.Failed ? folder.WhyFailed(job) : null,
        };
        settled(row);
    }

    private void Train(JobClaim claim, CancellationToken stop)
    {
        JobEntry job = claim.Job;
        Directory.CreateDirectory(claim.AttemptPath);
        string run = Path.Combine(claim.AttemptPath, plan.NameOf(job));
        bool goesOn = Before(job).Any(before => RunCopy.TryMake(before, run));

        // What this worker has of its own counts, whatever the sweep says.
        SweepSetting[] settings =
            [.. plan.SettingsOf(job.Number).Where(setting => !own.Contains($"--{setting.Name}"))];
        TrainRequest request = SweepArguments.Read(settings, [.. own, "--output", run]);
        if (request.Cache is null)
        {
            cache ??= FeatureCache.Temporary();
        }

        TrainPlan training = goesOn
            ? TrainPlan.Resume(
                SweepArguments.Resume(run, settings, own) with { Cache = request.Cache ?? cache }, view.Note)
            : TrainPlan.New(request with { Cache = request.Cache ?? cache }, view.Note);
        training = training with
        {
            Config = training.Config with
            {
                PauseAfter = plan.Rungs.Count > 0 ? plan.Rungs[job.Batch] : null,
            },
        };

        // As it would be typed: where the run lies when it is done.
        (training, ComputeDevice device) = training.Open(request.Command!.Replace(
            run, Path.Combine(folder.Root, plan.NameOf(job)), StringComparison.Ordinal));
        using (device)
        {
            var shown = new TensorBoardView(view, request.TensorBoard);
            shown.Finished(TrainingSession.Run(
                device, training.Config, training.Clips, training.Folder, training.Resumes, shown, new SingleProcess(),
                stop));
        }
    }

    /// <summary>Runs that a job can go on from: of earlier attempts, then of the rung below.</summary>
    private IEnumerable<string> Before(JobEntry job)
    {
        for (int attempt = job.Attempt - 1; attempt > 0; attempt--)
        {
            yield return Path.Combine(folder.AttemptPath(job with { Attempt = attempt }), plan.NameOf(job));
        }

        if (job.Batch > 0)
        {
            yield return Path.Combine(folder.Root, plan.NameOf(job.Batch - 1, job.Number));
        }
    }
}
