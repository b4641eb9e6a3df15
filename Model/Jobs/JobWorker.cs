// What one of several workers does with a batch: takes a job that waits, else one whose worker fell silent, else waits,
// until all are settled.
using System.Globalization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Jobs;

/// <summary>Does jobs of a folder until none is left, beside others that do the same.</summary>
/// <remarks>Not thread-safe: one for each thread.</remarks>
public sealed class JobWorker
{
    private readonly JobFolder folder;
    private readonly JobOptions options;
    private readonly IJobObserver observer;
    private readonly SilenceWatch watch;

    /// <summary>Creates a worker.</summary>
    /// <param name="folder">The jobs.</param>
    /// <param name="options">How they are shared.</param>
    /// <param name="observer">Told how it goes.</param>
    public JobWorker(JobFolder folder, JobOptions options, IJobObserver observer)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        this.folder = folder;
        this.options = options;
        this.observer = observer;
        watch = new SilenceWatch(options);
        string machine = string.Concat(Environment.MachineName.Take(40).Select(
            one => char.IsAsciiLetterOrDigit(one) ? one : '-'));
        Name = string.Create(
            CultureInfo.InvariantCulture, $"{machine}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
    }

    /// <summary>Machine, process and eight random digits: what claims call this worker.</summary>
    public string Name { get; }

    /// <summary>The folder that a job leaves, below its attempt's and then below D; null for none.</summary>
    public Func<JobEntry, string>? NameOf { get; init; }

    /// <summary>
    /// Whether an error is the job's own, so that it would come again wherever the job is tried. Where it is not, as
    /// with a full disk, the job goes back, and the error ends this worker.
    /// </summary>
    public Func<Exception, bool> IsOfTheJob { get; init; } = _ => true;

    /// <summary>Does jobs of a batch until all are settled, by this worker or others.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="work">
    /// Does a job: writes into the claim's attempt and result, and stops when the token is cancelled, because the
    /// worker is to stop or the claim is lost.
    /// </param>
    /// <param name="cancellation">Stops this worker, which gives its job back at once.</param>
    /// <returns>The jobs, all settled.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<JobEntry> Drain(
        int batch, Action<JobClaim, CancellationToken> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(work);
        int count = folder.NumbersOf(batch).Count;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<JobEntry> jobs = folder.JobsOf(batch);
            int settled = jobs.Count(job => job.IsSettled);
            if (settled == count)
            {
                // Of workers that ended between the two.
                foreach (JobEntry job in jobs.Where(job => job.State == JobState.Done))
                {
                    Publish(job);
                }

                return jobs;
            }

            if (ClaimOne(jobs) is { } claim)
            {
                using (claim)
                {
                    observer.Claimed(claim.Job, settled, count);
                    Do(claim, work, cancellation);
                }
            }
            else
            {
                observer.Waits(settled, count);
                cancellation.WaitHandle.WaitOne(options.Pause);
            }
        }
    }

    private void Do(JobClaim claim, Action<JobClaim, CancellationToken> work, CancellationToken cancellation)
    {
        // At once, not when the mini-batch under way is done: a process that is asked to stop may have little time.
        using CancellationTokenRegistration back = cancellation.Register(claim.GiveBack);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, claim.Lost);
        try
        {
            work(claim, stop.Token);
            if (claim.Finish())
            {
                Publish(claim.Job);
                observer.Settled(claim.Job with { State = JobState.Done });
            }
            else
            {
                Leave(claim, cancellation);
            }
        }
        catch (Exception) when (claim.Lost.IsCancellationRequested || cancellation.IsCancellationRequested)
        {
            // Whatever it was: others may have cleared away what this worker wrote.
            Leave(claim, cancellation);
        }
        catch (Exception error) when (IsOfTheJob(error))
        {
            if (claim.Fail(OneLine.Of(error.Message)))
            {
                observer.Settled(claim.Job with { State = JobState.Failed });
            }
            else
            {
                Leave(claim, cancellation);
            }
        }
        catch (Exception error)
        {
            claim.Crash(OneLine.Of(error.Message));
            throw;
        }
    }

    private void Publish(JobEntry done)
    {
        if (NameOf is { } name)
        {
            folder.Publish(done, name(done));
        }
    }

    private void Leave(JobClaim claim, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (folder.JobsOf(claim.Job.Batch).Any(job => job.Number == claim.Job.Number && job.State == JobState.Done))
        {
            JobFolder.Discard(claim.AttemptPath);
        }

        observer.Lost(claim.Job);
    }

    private JobClaim? ClaimOne(IReadOnlyList<JobEntry> jobs)
    {
        foreach (JobEntry job in jobs.Where(job => job.State == JobState.Waiting))
        {
            if (TryClaim(job, job.Crashes) is { } claim)
            {
                return claim;
            }
        }

        foreach (JobEntry job in jobs.Where(job => job.State == JobState.Claimed))
        {
            if (Content(job) is { } content && watch.IsSilent(job.FileName, content) && TakeOver(job) is { } claim)
            {
                return claim;
            }
        }

        return null;
    }

    private JobClaim? TakeOver(JobEntry silent)
    {
        int crashes = silent.Crashes + 1;
        if (crashes < options.MostCrashes)
        {
            JobClaim? claim = TryClaim(silent, crashes);
            if (claim is not null)
            {
                observer.FellSilent(silent);
            }

            return claim;
        }

        JobEntry failed = silent with { State = JobState.Failed, Crashes = crashes };
        if (folder.TryChange(silent, failed, isOwn: false))
        {
            observer.FellSilent(silent);
            observer.Settled(failed);
        }

        return null;
    }

    private JobClaim? TryClaim(JobEntry job, int crashes)
    {
        JobEntry own = job with
        {
            State = JobState.Claimed,
            Attempt = job.Attempt + 1,
            Crashes = crashes,
            Owner = Name,
        };
        return folder.TryChange(job, own) ? new JobClaim(folder, own, options) : null;
    }

    private string? Content(JobEntry job)
    {
        try
        {
            using var file = new FileStream(
                folder.PathOf(job), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
