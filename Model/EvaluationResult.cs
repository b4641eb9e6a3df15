using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model;

/// <summary>What an evaluation came to.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <param name="Report">Accuracy, loss and the figures of each class.</param>
/// <param name="Skipped">Clips that could not be read; they take no part.</param>
public sealed record EvaluationResult(ClassificationReport Report, IReadOnlyList<SkippedClip> Skipped)
{
    /// <summary>Every clip and whether it is right, in the order of the data.</summary>
    public IReadOnlyList<EvaluatedClip> Clips { get; init; } = [];

    /// <summary>The clips by true and predicted class; null where a clip may have several labels.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>What the user should know of the data, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
