namespace NativeCnn.Cli.Output;

/// <summary>A job of <c>sweep retry --json</c>: it waits again, and why it had failed.</summary>
internal sealed record SweepRetryRecord(int Job, int Rung, string Error);
