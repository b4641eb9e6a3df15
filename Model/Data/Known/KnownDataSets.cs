// The published data sets that are known by their files, whatever the folder is called. A reader either takes a folder
// or leaves it to the next; the general forms come last, in DataSetCatalog.

namespace NativeCnn.Model.Data.Known;

internal static class KnownDataSets
{
    private static readonly Func<DataSetFolder, FoundDataSet?>[] Readers =
        [UrbanSound8KReader.TryRead, Esc50Reader.TryRead, SpeechCommandsReader.TryRead, FsddReader.TryRead];

    /// <summary>The published data set that a folder holds, or null.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="listing">What lies below it.</param>
    /// <exception cref="DataSetException">It is one of them, but its own lists are damaged.</exception>
    public static FoundDataSet? TryRead(string root, FolderListing listing)
    {
        List<string> candidates = [""];
        string[] top = [.. listing.Folders.Where(folder => !folder.Contains('/', StringComparison.Ordinal))];
        if (top.Length == 1)
        {
            candidates.Add(top[0]);
        }

        foreach (string inner in candidates)
        {
            DataSetFolder folder = new(root, inner, listing.Files);
            foreach (Func<DataSetFolder, FoundDataSet?> reader in Readers)
            {
                if (reader(folder) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
