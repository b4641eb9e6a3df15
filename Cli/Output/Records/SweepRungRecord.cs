namespace NativeCnn.Cli.Output;

/// <summary>A rung of <c>sweep report --json</c>.</summary>
internal sealed record SweepRungRecord(int Epochs, int Jobs, int Done, int Failed, double? Best, double? Worst);
