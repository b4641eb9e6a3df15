namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>data list</c>.</summary>
internal sealed record PublishedRecord(
    string Name, string Title, int Clips, long? Bytes, string? Checksum, string Licence, string Address);
