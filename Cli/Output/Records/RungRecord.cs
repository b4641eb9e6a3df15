namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>kernels choices</c>.</summary>
internal sealed record RungRecord(string Ladder, string Shape, int Rung, int Default);
