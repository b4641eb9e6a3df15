namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>predict</c>.</summary>
internal sealed record PredictionRecord(
    string File, string Label, double Probability, IReadOnlyList<ProbabilityRecord> Top);
