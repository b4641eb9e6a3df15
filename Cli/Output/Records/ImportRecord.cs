namespace NativeCnn.Cli.Output;

/// <summary>What <c>nativecnn import --json</c> prints.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Notes">What was taken as what, and what was left out, a line each.</param>
internal sealed record ImportRecord(string Run, IReadOnlyList<string> Notes);
