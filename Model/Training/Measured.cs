using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Training;

/// <summary>What a network came to on a set of clips.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <param name="Score">Loss, accuracy, F1, and average precision where clips may have several labels.</param>
/// <param name="Report">The figures of each class.</param>
/// <param name="Confusion">Who was taken for whom; null where clips may have several labels.</param>
/// <param name="Predictions">What it says of each clip.</param>
public sealed record Measured(
    Score Score, ClassificationReport Report, ConfusionMatrix? Confusion, ClipPredictions Predictions)
{
    /// <summary>The threshold of each label, where clips may have several; null else.</summary>
    public IReadOnlyList<float>? Thresholds => Report.MultiLabel is null ? null
        : [.. Report.Classes.Select(one => one.Threshold ?? F1Threshold.Untuned)];
}
