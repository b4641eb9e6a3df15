// The protocol of claims, by threads in the place of processes.
using System.Collections.Concurrent;
using NativeCnn.Model.Jobs;

namespace NativeCnn.Tests.Model.Jobs;

public sealed class JobFolderTests : IDisposable
{
    private const string Definition = """{"kind": "test"}""";

    // On a machine that is busy signs of life may come too late, and jobs change hands: the laws hold all the same.
    private static readonly JobOptions Soon = new() { Silence = TimeSpan.FromSeconds(0.4) };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Jobs_MadeByManyAtOnce_AreMadeOnce()
    {
        JobFolder[] all = InParallel(8, _ => JobFolder.OpenOrMake(folder["d"], Definition, 5));

        Assert.All(all, one => Assert.Equal(Definition, one.Definition));
        Assert.Equal(["jobs"], Directory.GetFileSystemEntries(folder["d"]).Select(Path.GetFileName));
        Assert.Equal(
            Enumerable.Range(0, 5).Select(number => new JobEntry(0, number, JobState.Waiting, 0, 0, "")),
            all[0].JobsOf(0));
    }

    [Fact]
    public void Batch_MadeAgainAfterItsJobsWereTaken_StaysAsItIs()
    {
        JobFolder jobs = Make(1);
        InParallel(4, _ =>
        {
            jobs.MakeBatch(1, [2, 5]);
            return true;
        });
        JobEntry[] before = Drained(jobs, batch: 1);

        jobs.MakeBatch(1, [2, 5]);

        Assert.Equal(before, jobs.JobsOf(1));
        Assert.Equal([2, 5], before.Select(job => job.Number));
    }

    [Fact]
    public void Claim_ThatManyTryAtOnce_IsHadByOne()
    {
        JobFolder jobs = Make(30);
        JobEntry[] waiting = [.. jobs.JobsOf(0)];

        bool[][] won = InParallel(6, worker => waiting.Select(job => jobs.TryChange(
            job, job with { State = JobState.Claimed, Attempt = 1, Owner = $"w{worker}" })).ToArray());

        Assert.All(waiting, job => Assert.Single(won, worker => worker[job.Number]));
    }

    [Fact]
    public void Workers_OfOneFolder_DoEachJobExactlyOnce()
    {
        JobFolder jobs = Make(40);
        var done = new ConcurrentBag<int>();

        InParallel(5, _ =>
        {
            Drain(jobs, (claim, _) => File.WriteAllText(claim.ResultPath, "done"), job => done.Add(job.Number));
            return true;
        });

        Assert.Equal(Enumerable.Range(0, 40), done.Order());
        Assert.All(jobs.JobsOf(0), job => Assert.Equal((JobState.Done, 0), (job.State, job.Crashes)));
    }

    [Fact]
    public void JobOfAWorkerThatCrashed_IsTakenUpAgainAndDone()
    {
        JobFolder jobs = Make(3);
        Claimed(jobs, 1, "crashed-1", attempt: 1, crashes: 0);

        JobEntry[] settled = Drained(jobs);

        Assert.All(settled, job => Assert.Equal(JobState.Done, job.State));
        Assert.Equal((2, 1), (settled[1].Attempt, settled[1].Crashes));
    }

    [Fact]
    public void Job_ThatCrashesEveryWorker_FailsAfterThreeAndSaysSo()
    {
        JobFolder jobs = Make(2);
        Claimed(jobs, 0, "crashed-3", attempt: 3, crashes: 2);

        JobEntry[] settled = Drained(jobs);

        Assert.Equal([JobState.Failed, JobState.Done], settled.Select(job => job.State));
        Assert.Equal("3 workers ended or fell silent while they had it", jobs.WhyFailed(settled[0]));
    }

    [Fact]
    public void Worker_ThatWasOnlySlow_NoticesAndItsResultDoesNotCount()
    {
        JobFolder jobs = Make(1);
        JobEntry own = Claimed(jobs, 0, "slow", attempt: 1, crashes: 0);
        JobEntry[] settled = Drained(jobs);
        string result = jobs.ResultPath(settled[0]);
        File.WriteAllText(result, "the second worker's");

        // It wakes, goes on, and ends.
        using var slow = new JobClaim(jobs, own, Soon);
        Assert.True(slow.Lost.WaitHandle.WaitOne(10_000), "it must see that its claim is gone");
        File.WriteAllText(slow.ResultPath, "the first worker's");

        Assert.False(slow.Finish());
        Assert.Equal(settled, jobs.JobsOf(0));
        Assert.Equal("the second worker's", File.ReadAllText(jobs.ResultPath(jobs.JobsOf(0)[0])));
    }

    [Fact]
    public void Worker_ThatFinishesAfterItsJobWasTakenButNotDone_DoesNotTakeItBack()
    {
        JobFolder jobs = Make(1);
        JobEntry own = Claimed(jobs, 0, "slow", attempt: 1, crashes: 0);
        using var slow = new JobClaim(jobs, own, Soon);
        JobEntry second = own with { Attempt = 2, Crashes = 1, Owner = "second" };
        Assert.True(jobs.TryChange(own, second));
        using var quick = new JobClaim(jobs, second, Soon);

        Assert.False(slow.Finish());
        Assert.False(slow.Fail("it failed here"));
        Assert.True(quick.Finish());

        Assert.Equal([second with { State = JobState.Done }], jobs.JobsOf(0));
    }

    [Fact]
    public void Worker_ThatIsStopped_GivesItsJobBackAtOnce()
    {
        JobFolder jobs = Make(1);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new JobWorker(jobs, Soon, new Silent()).Drain(
            0,
            (_, token) =>
            {
                stop.Cancel();

                // The training still runs, and the job is free already.
                Assert.Equal(JobState.Waiting, jobs.JobsOf(0)[0].State);
                token.ThrowIfCancellationRequested();
            },
            stop.Token));

        JobEntry again = Assert.Single(Drained(jobs));
        Assert.Equal((JobState.Done, 2, 0), (again.State, again.Attempt, again.Crashes));
    }

    [Fact]
    public void JobThatFails_SaysWhy_AndTheOthersAreDone()
    {
        JobFolder jobs = Make(3);

        Drain(jobs, (claim, _) => Throw(claim.Job.Number == 1, new InvalidDataException("no such clip")));

        IReadOnlyList<JobEntry> settled = jobs.JobsOf(0);
        Assert.Equal([JobState.Done, JobState.Failed, JobState.Done], settled.Select(job => job.State));
        Assert.Equal("no such clip", jobs.WhyFailed(settled[1]));
    }

    [Fact]
    public void FailedJob_ThatIsGivenBackByManyAtOnce_WaitsOnce_WithNoCrashAndAFolderOfItsOwn()
    {
        JobFolder jobs = Make(2);
        Claimed(jobs, 1, "crashed-3", attempt: 3, crashes: 2);
        JobEntry[] settled = Drained(jobs);
        Assert.Equal([JobState.Done, JobState.Failed], settled.Select(job => job.State));

        bool[] given = InParallel(4, _ => jobs.TryRetry(settled[1]));

        Assert.Single(given, one => one);
        Assert.Equal(new JobEntry(0, 1, JobState.Waiting, 3, 0, ""), jobs.JobsOf(0)[1]);
        Assert.False(jobs.TryRetry(settled[0]));
        JobEntry again = Drained(jobs)[1];
        Assert.Equal((JobState.Done, 4, 0), (again.State, again.Attempt, again.Crashes));
    }

    [Fact]
    public void ErrorOfTheMachine_EndsTheWorker_AndTheJobIsAnothers()
    {
        JobFolder jobs = Make(1);
        var broken = new JobWorker(jobs, Soon, new Silent()) { IsOfTheJob = error => error is not IOException };

        Assert.Throws<IOException>(() => broken.Drain(0, (_, _) => throw new IOException("disk full"), default));
        Assert.Equal((JobState.Waiting, 1), (jobs.JobsOf(0)[0].State, jobs.JobsOf(0)[0].Crashes));

        Assert.Equal(JobState.Done, Assert.Single(Drained(jobs)).State);
    }

    [Fact]
    public void WhatAJobLeft_IsBroughtToItsPlaceOnce_AlsoWhereItsWorkerEndedBefore()
    {
        JobFolder jobs = Make(1);
        JobEntry own = Claimed(jobs, 0, "first", attempt: 1, crashes: 0);
        Directory.CreateDirectory(Path.Combine(jobs.AttemptPath(own), "left"));
        File.WriteAllText(Path.Combine(jobs.AttemptPath(own), "left", "a.txt"), "first");
        jobs.TryChange(own, own with { State = JobState.Done });

        InParallel(4, _ =>
        {
            new JobWorker(jobs, Soon, new Silent()) { NameOf = _ => "left" }.Drain(0, (_, _) => { }, default);
            return true;
        });

        Assert.Equal("first", File.ReadAllText(Path.Combine(jobs.Root, "left", "a.txt")));
        Assert.False(Directory.Exists(jobs.AttemptPath(own)));
    }

    [Fact]
    public void FolderThatHoldsSomethingElse_IsRefused()
    {
        folder.Touch("d/notes.txt");

        var error = Assert.Throws<JobException>(() => JobFolder.OpenOrMake(folder["d"], Definition, 1));

        Assert.Contains("notes.txt", error.Message, StringComparison.Ordinal);
        Assert.Throws<JobException>(() => JobFolder.Open(folder["d"]));
    }

    private JobFolder Make(int count) => JobFolder.OpenOrMake(folder["d"], Definition, count);

    /// <summary>A claim whose worker gives no sign.</summary>
    private static JobEntry Claimed(JobFolder jobs, int number, string owner, int attempt, int crashes)
    {
        JobEntry waiting = jobs.JobsOf(0).Single(job => job.Number == number);
        JobEntry claimed = waiting with
        {
            State = JobState.Claimed,
            Attempt = attempt,
            Crashes = crashes,
            Owner = owner,
        };
        Assert.True(jobs.TryChange(waiting, claimed));
        return claimed;
    }

    private static JobEntry[] Drained(JobFolder jobs, int batch = 0) =>
        [.. new JobWorker(jobs, Soon, new Silent()).Drain(batch, (_, _) => { }, default)];

    private static void Drain(
        JobFolder jobs, Action<JobClaim, CancellationToken> work, Action<JobEntry>? settled = null) =>
        new JobWorker(jobs, new JobOptions { Silence = TimeSpan.FromSeconds(20) }, new Silent { Told = settled })
            .Drain(0, work, default);

    private static void Throw(bool isWanted, Exception error)
    {
        if (isWanted)
        {
            throw error;
        }
    }

    private static T[] InParallel<T>(int count, Func<int, T> work)
    {
        var results = new T[count];
        using var start = new Barrier(count);
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                results[i] = work(i);
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;
    }

    private sealed class Silent : IJobObserver
    {
        public Action<JobEntry>? Told { get; init; }

        public void Settled(JobEntry job) => Told?.Invoke(job);
    }
}
