namespace NativeCnn.Tools.Fetch;

/// <summary>What came of a fetch.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Folder">The data set.</param>
/// <param name="Clips">Its clips.</param>
/// <param name="Checked">What vouches for it: the checksum, or that none is published.</param>
/// <param name="WasThere">True where there was nothing to do.</param>
/// <param name="Warning">What is odd about it, or null.</param>
public sealed record FetchResult(string Folder, int Clips, string Checked, bool WasThere, string? Warning);
