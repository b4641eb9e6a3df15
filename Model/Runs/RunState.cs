namespace NativeCnn.Model.Runs;

/// <summary>How far a run came.</summary>
public enum RunState
{
    /// <summary>All its epochs are done, or it ran out of patience.</summary>
    Finished,

    /// <summary>It was stopped before; it can be resumed, unless not one epoch is done.</summary>
    Interrupted,

    /// <summary>A training writes its folder at this moment.</summary>
    Running,

    /// <summary>A number of it was not finite.</summary>
    Diverged,

    /// <summary>A file that it needs is missing or cannot be read.</summary>
    Damaged,
}
