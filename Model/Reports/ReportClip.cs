using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Reports;

/// <summary>A clip and what a network says of it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Entry">The clip.</param>
/// <param name="Prediction">What the network says.</param>
/// <param name="Truth">Its class, or its labels.</param>
/// <param name="Given">The class, or the labels, that the network gives it.</param>
public sealed record ReportClip(ClipEntry Entry, ClipPrediction Prediction, string Truth, string Given)
{
    /// <summary>What can be heard and seen of it; null where that was left out.</summary>
    public ReportSound? Sound { get; init; }
}
