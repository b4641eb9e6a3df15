using NativeCnn.Model.Data;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>Told how a training run goes on. Every member does nothing unless implemented.</summary>
public interface ITrainingObserver
{
    /// <summary>Features of so many clips are there.</summary>
    void FeaturesComputed(int done, int total)
    {
    }

    /// <summary>Clips that could not be read; they take no part.</summary>
    void Skipped(IReadOnlyList<SkippedClip> clips)
    {
    }

    /// <summary>Something that the user should know and that stops nothing, in one line.</summary>
    void Remark(string text)
    {
    }

    /// <summary>Everything is ready; training begins.</summary>
    void Started(TrainingOutline outline)
    {
    }

    /// <summary>A mini-batch is done.</summary>
    /// <param name="epoch">The epoch under way, from 1.</param>
    /// <param name="step">Mini-batches of it done.</param>
    /// <param name="steps">Mini-batches of an epoch.</param>
    void StepDone(int epoch, int step, int steps)
    {
    }

    /// <summary>An epoch is done.</summary>
    /// <param name="metrics">Its figures.</param>
    /// <param name="isBest">True if its weights are the best so far.</param>
    void EpochDone(EpochMetrics metrics, bool isBest)
    {
    }
}
