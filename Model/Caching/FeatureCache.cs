// Features that were computed before, by what they depend on: the bytes of the clip's file and the decoder (the key of
// a row), and the chain, the clip length, the device and this programme's code (the settings of a shelf). One folder a
// shelf, in it packs of rows: a run writes one pack of what it had to compute, not a file a clip. Packs never change;
// two runs that write the same one at a time leave one of two files that say the same. What is longest unused goes when
// the cache grows beyond its limit. Whatever goes wrong with the cache, the run goes on without it.

using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using NativeCnn.Engine.Caching;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Caching;

/// <summary>A folder of feature packs.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureCache : IDisposable
{
    /// <summary>Bytes that the packs of a cache may take together.</summary>
    public const long DefaultLimit = 4L << 30;

    /// <summary>The environment variable that names the folder, or says <c>off</c>.</summary>
    public const string FolderVariable = "NATIVECNN_CACHE";

    // No pack is written for so long without a write.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly long limit;
    private readonly bool isTemporary;

    private FeatureCache(string folder, long limit, bool isTemporary = false)
    {
        Folder = folder;
        this.limit = limit;
        this.isTemporary = isTemporary;
    }

    /// <summary>
    /// The cache folder of this user: NATIVECNN_CACHE, else <c>nativecnn/features</c> in XDG_CACHE_HOME, in
    /// <c>~/.cache</c>, or in what the system has in their place; null where it is switched off or there is none.
    /// </summary>
    public static string? DefaultFolder => CacheFolder.Of(FolderVariable, "features");

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Rows that were found, since this was opened.</summary>
    public int Hits { get; internal set; }

    /// <summary>Rows that were asked for and not found.</summary>
    public int Misses { get; internal set; }

    /// <summary>Why the cache could not be used, or null.</summary>
    public string? Trouble { get; private set; }

    /// <summary>A cache in a folder, which is made when it is first written to.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limit">Bytes that its packs may take together.</param>
    public static FeatureCache In(string folder, long limit = DefaultLimit)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new FeatureCache(folder, limit);
    }

    /// <summary>A cache that ends with this object: for folds that take the same clips again.</summary>
    /// <exception cref="IOException">The system's folder for temporary files cannot be written to.</exception>
    public static FeatureCache Temporary()
    {
        string folder = Directory.CreateTempSubdirectory("nativecnn-").FullName;
        UnfinishedFiles.Add(folder);
        return new FeatureCache(folder, long.MaxValue, isTemporary: true);
    }

    /// <summary>Ends a temporary cache; any other stays as it is.</summary>
    public void Dispose()
    {
        if (isTemporary)
        {
            TryTo(() => Directory.Delete(Folder, recursive: true));
            UnfinishedFiles.Remove(Folder);
        }
    }

    /// <summary>Opens the rows of one kind; what of it cannot be read counts as not there.</summary>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="layout">What a row consists of.</param>
    internal CacheShelf Open(string settings, PackLayout layout)
    {
        var opened = new CacheShelf(layout);
        try
        {
            var shelf = new DirectoryInfo(ShelfOf(settings));
            // A later pack may hold what was damaged in an earlier one.
            foreach (FileInfo file in shelf.Exists
                ? shelf.EnumerateFiles("*.pack").OrderBy(file => file.LastWriteTimeUtc)
                : Enumerable.Empty<FileInfo>())
            {
                if (FeaturePack.TryOpen(file.FullName, settings, layout) is { } pack)
                {
                    opened.Add(pack);
                    TryTo(() => File.SetLastAccessTimeUtc(file.FullName, DateTime.UtcNow));
                }
                else
                {
                    TryTo(file.Delete);
                }
            }
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            Trouble ??= error.Message;
        }

        return opened;
    }

    /// <summary>Begins a pack; null where there can be none, or its rows alone are more than the limit.</summary>
    internal FeaturePackWriter? Begin(string settings, PackLayout layout, int rows)
    {
        if (rows == 0 || FeaturePackWriter.LengthOf(settings, layout, rows) > limit)
        {
            return null;
        }

        try
        {
            string shelf = ShelfOf(settings);
            Directory.CreateDirectory(shelf);
            return FeaturePackWriter.Create(shelf, settings, layout, rows);
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            Trouble ??= error.Message;
            return null;
        }
    }

    /// <summary>Ends a pack, so that another run finds it; null where it cannot be written.</summary>
    internal FeaturePack? Complete(FeaturePackWriter writer, string settings)
    {
        try
        {
            FeaturePack pack = writer.Complete(Path.Combine(
                ShelfOf(settings), NameOf(MemoryMarshal.AsBytes(writer.Keys)) + ".pack"));
            Prune();
            return pack;
        }
        catch (Exception error) when (IsOfFiles(error))
        {
            Trouble ??= error.Message;
            return null;
        }
    }

    /// <summary>Keeps rows that are in memory, as one pack.</summary>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="layout">What a row consists of; it has no notes.</param>
    /// <param name="keys">The key of each row.</param>
    /// <param name="values">[keys, values].</param>
    internal void Keep(string settings, PackLayout layout, ReadOnlySpan<UInt128> keys, ReadOnlySpan<float> values)
    {
        using FeaturePackWriter? writer = Begin(settings, layout, keys.Length);
        if (writer is null)
        {
            return;
        }

        try
        {
            writer.Write(0, keys, values, []);
        }
        catch (IOException error)
        {
            Trouble ??= error.Message;
            return;
        }

        Complete(writer, settings)?.Dispose();
    }

    /// <summary>Says why rows cannot be kept.</summary>
    internal void Note(string trouble) => Trouble ??= trouble;

    /// <summary>Whether an error is of the kind that a cache may meet and a run outlives.</summary>
    internal static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>
    /// Deletes packs, the longest unused first, until the rest is within the limit; and what a process left that was
    /// killed while it wrote.
    /// </summary>
    private void Prune()
    {
        foreach (FileInfo left in new DirectoryInfo(Folder).EnumerateFiles("*.tmp", SearchOption.AllDirectories)
            .Where(left => DateTime.UtcNow - left.LastWriteTimeUtc > Abandoned))
        {
            TryTo(left.Delete);
        }

        FileInfo[] packs =
        [
            .. new DirectoryInfo(Folder).EnumerateFiles("*.pack", SearchOption.AllDirectories)
                .OrderBy(pack => Later(pack.LastAccessTimeUtc, pack.LastWriteTimeUtc)),
        ];
        long size = packs.Sum(pack => pack.Length);
        foreach (FileInfo pack in packs)
        {
            if (size <= limit)
            {
                return;
            }

            size -= pack.Length;
            TryTo(pack.Delete);
        }
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

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

    private string ShelfOf(string settings) => Path.Combine(Folder, NameOf(Encoding.UTF8.GetBytes(settings)));

    private static string NameOf(ReadOnlySpan<byte> bytes) =>
        XxHash128.HashToUInt128(bytes).ToString("x32", CultureInfo.InvariantCulture);
}
