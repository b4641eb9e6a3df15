namespace NativeCnn.Model.Training;

/// <summary>A part of training.</summary>
public enum TrainingPhase
{
    /// <summary>Reading clips and computing their features.</summary>
    Features,

    /// <summary>Putting mini-batches together.</summary>
    Input,

    /// <summary>Forward passes.</summary>
    Forward,

    /// <summary>Loss and backward passes.</summary>
    Backward,

    /// <summary>Adding up shards, and waiting for other processes.</summary>
    Exchange,

    /// <summary>The optimiser.</summary>
    Optimizer,

    /// <summary>Whole steps, replayed as CUDA graphs.</summary>
    Replay,

    /// <summary>Validation after each epoch.</summary>
    Validation,

    /// <summary>Writing the run folder.</summary>
    Output,

    /// <summary>Recording steps, where that was asked for.</summary>
    Inspection,
}
