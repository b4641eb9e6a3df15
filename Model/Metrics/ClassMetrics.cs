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
public sealed record ClassMetrics(string Label, double Precision, double Recall, double F1, int Support);
