namespace NativeCnn.Tools.Fetch;

/// <summary>How a download behaves when the network does not.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Attempts">Requests in a row that may bring nothing new.</param>
/// <param name="FirstPause">Wait before the second of them, doubled for each one after.</param>
/// <param name="Silence">How long the server may say nothing.</param>
public sealed record DownloadOptions(int Attempts, TimeSpan FirstPause, TimeSpan Silence)
{
    /// <summary>Bytes that are loaded at most, whatever the server sends: 256 GiB.</summary>
    public long MostBytes { get; init; } = 256L << 30;

    /// <summary>Five attempts, after 1, 2, 4 and 8 seconds; a minute of silence.</summary>
    public static DownloadOptions Default { get; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
}
