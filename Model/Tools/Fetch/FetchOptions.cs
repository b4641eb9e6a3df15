namespace NativeCnn.Tools.Fetch;

/// <summary>How a fetch behaves.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FetchOptions
{
    /// <summary>Another address of the archive, such as a mirror; its checksum must be the same.</summary>
    public Uri? Address { get; init; }

    /// <summary>True keeps the archive beside the folder.</summary>
    public bool KeepArchive { get; init; }

    /// <summary>How patient to be.</summary>
    public DownloadOptions Download { get; init; } = DownloadOptions.Default;
}
