namespace NativeCnn.Cli.Output;

/// <summary>One window of a long sound, in <c>predict</c>.</summary>
internal sealed record WindowRecord(double Start, string Label, double Probability);
