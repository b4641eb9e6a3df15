using NativeCnn.Model.Metrics;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>What a report shows.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Title">The heading of the page.</param>
/// <param name="Settings">Options and their values, in the order they are shown in.</param>
/// <param name="Epochs">The curves; empty for none.</param>
/// <param name="Labels">The class names.</param>
/// <param name="Confusion">The validation clips by true and predicted class, or null.</param>
/// <param name="Evaluation">Accuracy, and precision, recall and F1 by class, or null.</param>
public sealed record RunReport(
    string Title,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<EpochMetrics> Epochs,
    IReadOnlyList<string> Labels,
    ConfusionMatrix? Confusion = null,
    ClassificationReport? Evaluation = null);
