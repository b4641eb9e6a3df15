// Files that are no use to anybody unless they are finished: what ends the process before, and lets it end by itself
// (Ctrl-C while something cannot be stopped, SIGTERM), takes them along. A kill leaves them.
using System.Collections.Concurrent;

namespace NativeCnn.Model.Formats;

/// <summary>The temporary files and folders of this process. Thread-safe.</summary>
internal static class UnfinishedFiles
{
    private static readonly ConcurrentDictionary<string, bool> Paths = new(StringComparer.Ordinal);

    static UnfinishedFiles() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteAll();

    /// <summary>Begins a file or a folder.</summary>
    public static void Add(string path) => Paths[path] = true;

    /// <summary>It is finished, or gone.</summary>
    public static void Remove(string path) => Paths.TryRemove(path, out _);

    private static void DeleteAll()
    {
        foreach (string path in Paths.Keys)
        {
            try
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
                else
                {
                    File.Delete(path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody holds it open, on Windows.
            }
        }
    }
}
