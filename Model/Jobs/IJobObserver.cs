namespace NativeCnn.Model.Jobs;

/// <summary>Told how a worker goes on. Every member does nothing unless implemented.</summary>
public interface IJobObserver
{
    /// <summary>This worker has a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="settled">Jobs of the batch that are settled.</param>
    /// <param name="count">Jobs of the batch.</param>
    void Claimed(JobEntry job, int settled, int count)
    {
    }

    /// <summary>A worker that had a job fell silent.</summary>
    /// <param name="silent">The job as that worker had it.</param>
    void FellSilent(JobEntry silent)
    {
    }

    /// <summary>This worker was silent for too long, and another has its job.</summary>
    void Lost(JobEntry job)
    {
    }

    /// <summary>This worker settled a job: it is done, or it failed.</summary>
    /// <param name="job">The job.</param>
    void Settled(JobEntry job)
    {
    }

    /// <summary>All jobs that are left are with other workers.</summary>
    /// <param name="settled">Jobs of the batch that are settled.</param>
    /// <param name="count">Jobs of the batch.</param>
    void Waits(int settled, int count)
    {
    }
}
