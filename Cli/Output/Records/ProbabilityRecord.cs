namespace NativeCnn.Cli.Output;

/// <summary>A class and its probability.</summary>
internal sealed record ProbabilityRecord(string Label, double Probability);
