namespace NativeCnn.Tools.Fetch;

/// <summary>How an archive is packed.</summary>
public enum ArchiveKind
{
    /// <summary>ZIP, with a CRC-32 a file.</summary>
    Zip,

    /// <summary>TAR in GZIP, with a CRC-32 over all.</summary>
    TarGz,
}
