using System.Text.Json.Serialization;

namespace NativeCnn.Model.Metrics;

/// <summary>How well one class is recognised; all but <paramref name="Support"/> in [0, 1].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Label">The class.</param>
/// <param name="Precision">
/// Of the clips predicted to be of the class, the share that is; 0 where there are none.
/// </param>
/// <param name="Recall">Of the clips of the class, the share that was predicted so; 0 where there are none.</param>
/// <param name="F1">The harmonic mean of precision and recall; 0 where both are.</param>
/// <param name="Support">The number of clips of the class.</param>
public sealed record ClassMetrics(string Label, double Precision, double Recall, double F1, int Support)
{
    /// <summary>
    /// Where clips may have several labels: see <see cref="Metrics.AveragePrecision"/>; null else, and for a label that
    /// no clip has.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AveragePrecision { get; init; }

    /// <summary>
    /// Where clips may have several labels: the probability from which on this one is held to be true; null else.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Threshold { get; init; }
}
