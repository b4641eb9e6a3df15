namespace NativeCnn.Model.Jobs;

/// <summary>How far a job is.</summary>
public enum JobState
{
    /// <summary>Nobody has it.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Claimed,

    /// <summary>It is done, once and for all.</summary>
    Done,

    /// <summary>It ended with an error, or too many workers ended while they had it.</summary>
    Failed,
}
