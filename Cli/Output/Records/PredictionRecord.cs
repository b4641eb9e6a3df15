namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>predict</c>.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Label">The most probable class; <c>unknown</c> below the threshold.</param>
/// <param name="Probability">The greatest probability.</param>
/// <param name="Top">The most probable classes.</param>
/// <param name="Labels">All classes that reach their thresholds, where a clip may have several; null else.</param>
/// <param name="Windows">The windows that the sound was heard in; null where it was one.</param>
internal sealed record PredictionRecord(
    string File, string Label, double Probability, IReadOnlyList<ProbabilityRecord> Top,
    IReadOnlyList<string>? Labels,
    IReadOnlyList<WindowRecord>? Windows);
