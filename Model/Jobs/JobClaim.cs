// A job that this worker has. A thread of its own gives signs of life by writing into the claim's file, which it never
// makes: where the file is not there any more, another worker has taken the job.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NativeCnn.Model.Jobs;

/// <summary>A job that this worker has, until it is settled, given back or lost.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class JobClaim : IDisposable
{
    private readonly Lock guard = new();
    private readonly JobFolder folder;
    private readonly JobOptions options;
    private readonly CancellationTokenSource lost = new();
    private readonly ManualResetEventSlim end = new();
    private readonly Thread beat;
    private readonly PosixSignalRegistration terminated;
    private bool isOver;
    private long beats;

    internal JobClaim(JobFolder folder, JobEntry job, JobOptions options)
    {
        this.folder = folder;
        this.options = options;
        Job = job;
        Beat();
        AppDomain.CurrentDomain.ProcessExit += GiveBackAtExit;

        // What Kubernetes sends before it ends a pod; .NET ends the process then without a ProcessExit.
        terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => GiveBack());
        beat = new Thread(BeatOn) { IsBackground = true, Name = $"claim of job {job.Number}" };
        beat.Start();
    }

    /// <summary>The job; its attempt is this worker's.</summary>
    public JobEntry Job { get; }

    /// <summary>Where this worker may write.</summary>
    public string AttemptPath => folder.AttemptPath(Job);

    /// <summary>Where it writes what came of the job, before it finishes.</summary>
    public string ResultPath => folder.ResultPath(Job);

    /// <summary>Cancelled when another worker has taken the job.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>The job is done.</summary>
    /// <returns>False where another worker had taken it: what this one made does not count.</returns>
    public bool Finish() => End(Job with { State = JobState.Done });

    /// <summary>The job cannot be done.</summary>
    /// <param name="why">Why, in a sentence.</param>
    /// <returns>False where another worker had taken it.</returns>
    public bool Fail(string why)
    {
        folder.WriteError(Job, why);
        return End(Job with { State = JobState.Failed });
    }

    /// <summary>Another worker may have it at once; this one was asked to stop.</summary>
    public void GiveBack()
    {
        try
        {
            End(Job with { State = JobState.Waiting });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder is away: others take the job after a while.
        }
    }

    /// <summary>This worker cannot go on, and the job may not be at fault: as if it had crashed, but at once.</summary>
    /// <param name="why">Why, in a sentence.</param>
    public void Crash(string why)
    {
        JobEntry crashed = Job with { Crashes = Job.Crashes + 1 };
        if (crashed.Crashes < options.MostCrashes)
        {
            End(crashed with { State = JobState.Waiting });
            return;
        }

        folder.WriteError(Job, $"{crashed.Crashes} workers ended while they had it; the last: {why}");
        End(crashed with { State = JobState.Failed });
    }

    /// <summary>
    /// Ends the signs of life; a claim that is neither settled nor given back is then taken by others.
    /// </summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= GiveBackAtExit;
        terminated.Dispose();
        end.Set();
        if (Thread.CurrentThread != beat)
        {
            beat.Join();
        }

        lost.Dispose();
        end.Dispose();
    }

    private void GiveBackAtExit(object? sender, EventArgs exit) => GiveBack();

    private bool End(JobEntry to)
    {
        lock (guard)
        {
            if (isOver)
            {
                return false;
            }

            isOver = true;
            end.Set();
            return folder.TryChange(Job, to);
        }
    }

    private void BeatOn()
    {
        while (!end.Wait(options.Pause))
        {
            if (!Beat())
            {
                lost.Cancel();
                return;
            }
        }
    }

    private bool Beat()
    {
        try
        {
            using var file = new FileStream(
                folder.PathOf(Job), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{Job.Attempt:0000} {++beats:0000000000}\n")));
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A disk that is full or a network that is away for a while: others see no sign, and judge by that.
            return true;
        }
    }
}
