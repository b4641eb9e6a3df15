namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>bench tune</c>: a threshold as it was and as it was measured.</summary>
internal sealed record ThresholdRecord(string Threshold, string Device, int Before, int Measured);
