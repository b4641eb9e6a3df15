namespace NativeCnn.Model.Data;

/// <summary>What lies below a folder: paths relative to it, with <c>/</c> between their parts, ordinal order.</summary>
/// <param name="Files">The files.</param>
/// <param name="Folders">The folders.</param>
internal sealed record FolderListing(IReadOnlyList<string> Files, IReadOnlyList<string> Folders)
{
    /// <summary>What was left out, a line each kind.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
