using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Training;

/// <summary>What the validation of an epoch came to, clip by clip.</summary>
/// <param name="Predictions">What the network says of each clip.</param>
/// <param name="Report">
/// The figures of each class, which has its number for a name; null where they were not needed.
/// </param>
internal sealed record Validated(ClipPredictions Predictions, ClassificationReport? Report);
