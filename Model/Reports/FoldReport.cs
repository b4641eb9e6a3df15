using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>A fold of <see cref="FoldsReport"/>.</summary>
/// <param name="Entry">What it came to.</param>
/// <param name="Epochs">Its curves.</param>
/// <param name="Confusion">Its clips by true and predicted class, after its last epoch; null for several labels.</param>
internal sealed record FoldReport(FoldEntry Entry, IReadOnlyList<EpochMetrics> Epochs, ConfusionMatrix? Confusion);
