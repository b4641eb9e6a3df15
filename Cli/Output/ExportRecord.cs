namespace NativeCnn.Cli.Output;

/// <summary>What <c>nativecnn export --json</c> prints.</summary>
/// <param name="Format">The format.</param>
/// <param name="Folder">The folder that it was written to.</param>
/// <param name="Files">A line for each file, and for what was left out.</param>
internal sealed record ExportRecord(string Format, string Folder, IReadOnlyList<string> Files);
