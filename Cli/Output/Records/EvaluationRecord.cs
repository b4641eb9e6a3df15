using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>evaluate</c>.</summary>
internal sealed record EvaluationRecord(
    int Clips, double Accuracy, double Loss, IReadOnlyList<ClassMetrics> Classes, int[][]? Confusion,
    IReadOnlyList<SkippedClip> Skipped, string? Report, string? Predictions, MultiLabelRecord? MultiLabel = null);
