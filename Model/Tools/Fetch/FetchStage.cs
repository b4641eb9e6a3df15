namespace NativeCnn.Tools.Fetch;

/// <summary>What is being done.</summary>
public enum FetchStage
{
    /// <summary>Bytes come from the web.</summary>
    Download,

    /// <summary>The archive's checksum is computed.</summary>
    Check,

    /// <summary>Files are written.</summary>
    Unpack,
}
