using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>What <c>train</c> and <c>evaluate</c> add where clips may have several labels.</summary>
/// <param name="Map">The mean average precision.</param>
/// <param name="MacroF1">The mean F1 of the labels that clips have.</param>
/// <param name="MicroF1">The F1 over all labels of all clips.</param>
internal sealed record MultiLabelRecord(double Map, double MacroF1, double MicroF1)
{
    /// <summary>The record; null where a clip has one label.</summary>
    public static MultiLabelRecord? Of(ClassificationReport report) => report.MultiLabel is { } several
        ? new MultiLabelRecord(several.MeanAveragePrecision, several.MacroF1, several.MicroF1)
        : null;
}
