namespace NativeCnn.Model.Metrics;

/// <summary>How well labels are recognised of which a clip may have several; all in [0, 1].</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="MeanAveragePrecision">
/// The mean over the labels that clips have of <see cref="AveragePrecision"/>; no threshold counts in it.
/// </param>
/// <param name="MicroPrecision">Of all labels that were given, the share that is right.</param>
/// <param name="MicroRecall">Of all labels that clips have, the share that was given.</param>
/// <param name="MicroF1">The harmonic mean of the two.</param>
/// <param name="MacroF1">The mean over the labels that clips have of their F1.</param>
public sealed record MultiLabelFigures(
    double MeanAveragePrecision, double MicroPrecision, double MicroRecall, double MicroF1, double MacroF1);
