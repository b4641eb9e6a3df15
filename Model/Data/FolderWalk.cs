// Every visible file below a folder. Links to folders are followed, each real folder is entered once: a loop of links
// ends, and no sound is met twice because it can be reached on two ways.

namespace NativeCnn.Model.Data;

internal static class FolderWalk
{
    private static readonly EnumerationOptions Visible = new()
    {
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    /// <summary>Lists a folder.</summary>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static FolderListing Of(string root)
    {
        List<string> files = [];
        List<string> folders = [];
        HashSet<string> entered = new(StringComparer.Ordinal);
        Queue<string> links = new();
        Walk("", RealPath(root)!);
        while (links.TryDequeue(out string? link))
        {
            if (RealPath(Path.Combine(root, link)) is { } real)
            {
                Walk(link, real);
            }
        }

        files.Sort(StringComparer.Ordinal);
        folders.Sort(StringComparer.Ordinal);
        return new FolderListing(files, folders);

        void Walk(string relative, string real)
        {
            if (!entered.Add(real))
            {
                return;
            }

            if (relative.Length > 0)
            {
                folders.Add(relative);
            }

            // Real folders first: what is reached both ways keeps the name that it has in the tree itself.
            IEnumerable<FileSystemInfo> entries = new DirectoryInfo(Path.Combine(root, relative))
                .EnumerateFileSystemInfos("*", Visible)
                .Where(entry => entry.Name[0] != '.')
                .OrderBy(entry => entry.Name, StringComparer.Ordinal);
            foreach (FileSystemInfo entry in entries)
            {
                string name = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
                if (entry is not DirectoryInfo)
                {
                    files.Add(name);
                }
                else if (entry.LinkTarget is null)
                {
                    Walk(name, Path.Combine(real, entry.Name));
                }
                else
                {
                    links.Enqueue(name);
                }
            }
        }
    }

    // Every link on the way resolved; null where a link leads nowhere.
    private static string? RealPath(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            string real = Path.GetPathRoot(full)!;
            foreach (string part in full[real.Length..].Split(
                Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                real = Path.Combine(real, part);
                if (new DirectoryInfo(real) is { LinkTarget: not null } link)
                {
                    string? target = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
                    real = target is null ? real : RealPath(target) ?? real;
                }
            }

            return real;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
