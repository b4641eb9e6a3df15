namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>data fetch</c>.</summary>
internal sealed record FetchRecord(string Name, string Folder, int Clips, string Checked, bool WasThere);
