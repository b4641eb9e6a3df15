using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>How a run ended.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <param name="Folder">The run folder.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Score">Its validation.</param>
/// <param name="Report">Accuracy and the figures of each class on the validation part.</param>
/// <param name="Skipped">Clips that could not be read.</param>
/// <param name="Times">Where the time went.</param>
public sealed record TrainingResult(
    string Folder, int BestEpoch, Score Score, ClassificationReport Report, IReadOnlyList<SkippedClip> Skipped,
    TrainingTimes Times)
{
    /// <summary>
    /// The validation clips by true and predicted class, by the weights that are kept; null where a clip may have
    /// several labels.
    /// </summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>
    /// The validation clips by true and predicted class after the last epoch, which no validation chose; null where no
    /// epoch was left to do, or a clip may have several labels.
    /// </summary>
    public ConfusionMatrix? LastConfusion { get; init; }
}
