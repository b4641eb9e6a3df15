namespace NativeCnn.Cli.Output;

/// <summary>One term of a gradient.</summary>
internal sealed record ExplainedTermRecord(string Output, double Upstream, double Factor, double Product);
