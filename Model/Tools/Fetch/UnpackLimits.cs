namespace NativeCnn.Tools.Fetch;

/// <summary>How much an archive may hold: sound packs to a half or a tenth, so that what is far beyond is no data set.
/// </summary>
/// <param name="MostBytes">Bytes of all its files together.</param>
/// <param name="MostRatio">Bytes unpacked for each byte of the archive.</param>
/// <param name="FreeBytes">Bytes that a small archive may hold whatever their ratio.</param>
/// <param name="MostEntries">Files, folders and all else.</param>
internal sealed record UnpackLimits(long MostBytes, int MostRatio, long FreeBytes, int MostEntries)
{
    /// <summary>256 GiB, 100 to 1 beyond 64 MiB, four million entries.</summary>
    public static UnpackLimits Default { get; } = new(256L << 30, 100, 64L << 20, 4_000_000);

    /// <summary>Bytes that an archive of this length may hold.</summary>
    public long BytesOf(long archiveLength) =>
        Math.Min(MostBytes, Math.Max(FreeBytes, archiveLength > MostBytes / MostRatio
            ? MostBytes
            : archiveLength * MostRatio));
}
