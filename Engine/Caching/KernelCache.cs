// Compiled kernels that are kept on disk by what they depend on: a file for each, named by the digest of its key. A
// file is one line with a checksum, one line with the key, and the content; what does not agree counts as not there. It
// is written beside its place and renamed into it, so that two processes at once leave one of two files that say the
// same. What is longest unused goes when the folder grows beyond its limit. Whatever goes wrong here, kernels are
// compiled.
using System.Security.Cryptography;
using System.Text;

namespace NativeCnn.Engine.Caching;

/// <summary>A folder of compiled kernels.</summary>
/// <remarks>Not thread-safe: for one thread at a time. Any number of processes may use one folder.</remarks>
public sealed class KernelCache
{
    /// <summary>The environment variable that names the folder, or says <c>off</c>.</summary>
    public const string FolderVariable = "NATIVECNN_KERNEL_CACHE";

    /// <summary>Bytes that the files of a cache may take together.</summary>
    public const long DefaultLimit = 256L << 20;

    private const string Extension = ".kernel";
    private const string Magic = "nativecnn kernel ";
    private const byte LineEnd = (byte)'\n';

    // No file is written for so long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly long limit;

    private KernelCache(string folder, long limit)
    {
        Folder = folder;
        this.limit = limit;
    }

    /// <summary>The folder of this user, as <see cref="CacheFolder.Of"/> finds it; null where there is none.</summary>
    public static string? DefaultFolder => CacheFolder.Of(FolderVariable, "kernels");

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Contents that were found, since this was opened.</summary>
    public int Hits { get; private set; }

    /// <summary>Contents that were asked for and not found.</summary>
    public int Misses { get; private set; }

    /// <summary>Why the folder could not be used, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Files that are kept, and their bytes.</summary>
    public (int Files, long Bytes) Size
    {
        get
        {
            FileInfo[] files = Files();
            return (files.Length, files.Sum(file => file.Length));
        }
    }

    /// <summary>The cache of this user; null where it is switched off or there is no place for one.</summary>
    public static KernelCache? OfUser() => DefaultFolder is { } folder ? In(folder) : null;

    /// <summary>A cache in a folder, which is made when it is first written to.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limit">Bytes that its files may take together.</param>
    public static KernelCache In(string folder, long limit = DefaultLimit)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new KernelCache(folder, limit);
    }

    /// <summary>What was kept; null where there is nothing, or what is there is damaged or of another key.</summary>
    /// <param name="key">All that the content depends on, in one line.</param>
    public byte[]? Read(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string path = PathOf(key);
        byte[]? content = null;
        try
        {
            content = File.Exists(path) ? ContentOf(File.ReadAllBytes(path), key) : null;
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            Trouble ??= error.Message;
        }

        if (content is null)
        {
            Misses++;
            return null;
        }

        Hits++;
        TryTo(() => File.SetLastAccessTimeUtc(path, DateTime.UtcNow));
        return content;
    }

    /// <summary>Keeps a content; where that cannot be done, <see cref="Trouble"/> says why.</summary>
    /// <param name="key">All that the content depends on, in one line.</param>
    /// <param name="content">The content.</param>
    public void Write(string key, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(content);
        byte[] rest = [.. Encoding.UTF8.GetBytes(key), LineEnd, .. content];
        byte[] head = Encoding.ASCII.GetBytes(Magic + Digest(rest) + "\n");
        if (head.Length + rest.Length > limit)
        {
            return;
        }

        string path = PathOf(key);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(head);
                stream.Write(rest);
            }

            File.Move(temporary, path, overwrite: true);
            Prune();
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            Trouble ??= error.Message;
            TryTo(() => File.Delete(temporary));
        }
    }

    /// <summary>Deletes all that is kept.</summary>
    /// <returns>How many files went.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public int Clear()
    {
        FileInfo[] files = Files();
        foreach (FileInfo file in files)
        {
            file.Delete();
        }

        DeleteAbandoned();
        return files.Length;
    }

    private static byte[]? ContentOf(byte[] file, string key)
    {
        int head = Array.IndexOf(file, LineEnd);
        if (head < 0 || Encoding.ASCII.GetString(file, 0, head) != Magic + Digest(file.AsSpan(head + 1)))
        {
            return null;
        }

        int end = Array.IndexOf(file, LineEnd, head + 1);
        return end >= 0 && Encoding.UTF8.GetString(file, head + 1, end - head - 1) == key ? file[(end + 1)..] : null;
    }

    /// <summary>
    /// Deletes files, the longest unused first, until the rest is within the limit; and what a process left that was
    /// killed while it wrote.
    /// </summary>
    private void Prune()
    {
        FileInfo[] files = Files();
        long size = files.Sum(file => file.Length);
        if (size <= limit)
        {
            return;
        }

        DeleteAbandoned();
        foreach (FileInfo file in files.OrderBy(UsedLast))
        {
            if (size <= limit)
            {
                return;
            }

            size -= file.Length;
            TryTo(file.Delete);
        }
    }

    private void DeleteAbandoned()
    {
        foreach (FileInfo left in new DirectoryInfo(Folder).EnumerateFiles("*.tmp")
            .Where(left => DateTime.UtcNow - left.LastWriteTimeUtc > Abandoned))
        {
            TryTo(left.Delete);
        }
    }

    private FileInfo[] Files()
    {
        var folder = new DirectoryInfo(Folder);
        return folder.Exists ? [.. folder.EnumerateFiles("*" + Extension)] : [];
    }

    private static DateTime UsedLast(FileInfo file) =>
        file.LastAccessTimeUtc > file.LastWriteTimeUtc ? file.LastAccessTimeUtc : file.LastWriteTimeUtc;

    private string PathOf(string key) =>
        Path.Combine(Folder, Digest(Encoding.UTF8.GetBytes(key)) + Extension);

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException;

    // Another process may hold the file, or have deleted it.
    private static void TryTo(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (IsOfFiles(error))
        {
        }
    }
}
