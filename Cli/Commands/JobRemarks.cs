using System.Globalization;
using NativeCnn.Model.Jobs;

namespace NativeCnn.Cli.Commands;

/// <summary>What a worker has to say of others, in a line each.</summary>
/// <param name="remark">Prints a warning.</param>
/// <param name="line">Prints what is no warning.</param>
internal class JobRemarks(Action<string> remark, Action<string> line) : IJobObserver
{
    private bool hasWaited;

    public virtual void Claimed(JobEntry job, int settled, int count) => hasWaited = false;

    public void FellSilent(JobEntry silent) => remark(
        $"{silent.Owner} gave no sign any more: job {NumberOf(silent)} is taken up again");

    public void Lost(JobEntry job) => remark(
        $"this worker gave no sign for too long, and another has job {NumberOf(job)}: what it made does not count");

    public virtual void Settled(JobEntry job)
    {
    }

    public void Waits(int settled, int count)
    {
        if (!hasWaited)
        {
            line($"{settled} of {count} jobs are settled, and others have the rest: waiting for them");
            hasWaited = true;
        }
    }

    /// <summary>A job's number as its file has it.</summary>
    protected static string NumberOf(JobEntry job) => job.Number.ToString("0000", CultureInfo.InvariantCulture);
}
