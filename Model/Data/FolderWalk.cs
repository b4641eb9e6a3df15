// Every visible file below a folder. Links to folders are followed, each real folder is entered once: a loop of links
// ends, and no sound is met twice because it can be reached on two ways. A folder that may not be listed (lost+found),
// and a name that is not UTF-8, which cannot be opened, are left out and told.

using System.IO.Enumeration;

namespace NativeCnn.Model.Data;

internal static class FolderWalk
{
    // What .NET puts in the place of bytes that are no UTF-8.
    private const char Undecoded = '\uFFFD';

    private static readonly EnumerationOptions Visible = new()
    {
        IgnoreInaccessible = false,
        // On Linux a leading dot is all of it, and .NET would ask the system for the attributes of every file.
        AttributesToSkip = OperatingSystem.IsLinux() ? 0 : FileAttributes.Hidden | FileAttributes.System,
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
        List<string> closed = [];
        List<string> undecoded = [];
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
        return new FolderListing(files, folders) { Notes = [.. NotesOf(closed, undecoded)] };

        (string Name, bool IsFolder)[] EntriesOf(string relative)
        {
            try
            {
                (string Name, bool IsFolder)[] entries =
                [
                    .. new FileSystemEnumerable<(string, bool)>(
                        Path.Combine(root, relative),
                        (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory),
                        Visible)
                    {
                        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName[0] != '.',
                    },
                ];
                Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                return entries;
            }
            catch (Exception error) when (
                relative.Length > 0 && error is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                closed.Add(relative);
                folders.Remove(relative);
                return [];
            }
        }

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
            foreach ((string entry, bool isFolder) in EntriesOf(relative))
            {
                if (entry.Contains(Undecoded, StringComparison.Ordinal)
                    && !Path.Exists(Path.Combine(root, relative, entry)))
                {
                    undecoded.Add(relative.Length == 0 ? root : relative);
                    continue;
                }

                string name = relative.Length == 0 ? entry : $"{relative}/{entry}";
                if (!isFolder)
                {
                    files.Add(name);
                }
                else if (new DirectoryInfo(Path.Combine(root, relative, entry)).LinkTarget is null)
                {
                    Walk(name, Path.Combine(real, entry));
                }
                else
                {
                    links.Enqueue(name);
                }
            }
        }
    }

    private static IEnumerable<string> NotesOf(List<string> closed, List<string> undecoded)
    {
        if (closed.Count > 0)
        {
            yield return $"{(closed.Count == 1 ? "1 folder" : $"{closed.Count} folders")} may not be read and "
                + $"{(closed.Count == 1 ? "is" : "are")} left out: {string.Join(", ", closed.Take(3))}"
                + (closed.Count > 3 ? ", ..." : "");
        }

        if (undecoded.Count > 0)
        {
            yield return $"{(undecoded.Count == 1 ? "1 name is" : $"{undecoded.Count} names are")} not UTF-8 and left "
                + $"out, in '{undecoded[0]}': rename such files and folders (convmv does)";
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
