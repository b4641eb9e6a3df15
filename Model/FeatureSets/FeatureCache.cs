// Features that were computed before, by what they depend on: the bytes of the clip's file and the decoder (the key of
// a row), and the chain, the clip length, the device and this programme's code (the settings of a shelf). One folder a
// shelf, in it packs of rows: a run writes one pack of what it had to compute, not a file a clip. Packs never change;
// two runs that write the same one at a time leave one of two equal files. What is longest unused goes when the cache
// grows beyond its limit. Whatever goes wrong with the cache, the run goes on without it.

using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace NativeCnn.Model.FeatureSets;

/// <summary>A folder of feature packs, or the memory of one process.</summary>
public sealed class FeatureCache
{
    /// <summary>Bytes that the packs of a cache may take together.</summary>
    public const long DefaultLimit = 4L << 30;

    /// <summary>The environment variable that names the folder, or says <c>off</c>.</summary>
    public const string FolderVariable = "NATIVECNN_CACHE";

    private readonly string? folder;
    private readonly long limit;
    private readonly Dictionary<string, Dictionary<UInt128, float[]>> memory = [];

    private FeatureCache(string? folder, long limit)
    {
        this.folder = folder;
        this.limit = limit;
    }

    /// <summary>
    /// The cache folder of this user: NATIVECNN_CACHE, else <c>nativecnn/features</c> in XDG_CACHE_HOME, in
    /// <c>~/.cache</c>, or in what the system has in their place; null where it is switched off or there is none.
    /// </summary>
    public static string? DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            {
                return named == "off" ? null : named;
            }

            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
                : OperatingSystem.IsWindows()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? null
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Path.Combine(home, ".cache");
            return root is { Length: > 0 } ? Path.Combine(root, "nativecnn", "features") : null;
        }
    }

    /// <summary>Rows that were found, since this was opened.</summary>
    public int Hits { get; private set; }

    /// <summary>Rows that were asked for and not found.</summary>
    public int Misses { get; private set; }

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

    /// <summary>A cache that ends with the process: for folds that take the same clips again.</summary>
    public static FeatureCache InMemory() => new(folder: null, limit: 0);

    /// <summary>Finds rows.</summary>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="rowLength">Floats of a row.</param>
    /// <param name="keys">The key of each row that is wanted; null for a row that has none.</param>
    /// <param name="rows">[keys, row length]: the rows that are found.</param>
    /// <returns>Whether each was found.</returns>
    internal bool[] Find(string settings, int rowLength, UInt128?[] keys, float[] rows)
    {
        bool[] found = new bool[keys.Length];
        try
        {
            FindRows(settings, rowLength, keys, rows, found);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trouble ??= error.Message;
        }

        Hits += found.Count(hit => hit);
        Misses += found.Count(hit => !hit);
        return found;
    }

    /// <summary>Keeps rows.</summary>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="rowLength">Floats of a row.</param>
    /// <param name="keys">The key of each row.</param>
    /// <param name="rows">[keys, row length].</param>
    internal void Keep(string settings, int rowLength, UInt128[] keys, ReadOnlyMemory<float> rows)
    {
        if (keys.Length == 0)
        {
            return;
        }

        if (folder is null)
        {
            Dictionary<UInt128, float[]> kept = InMemoryShelf(settings);
            for (int row = 0; row < keys.Length; row++)
            {
                kept[keys[row]] = rows.Span.Slice(row * rowLength, rowLength).ToArray();
            }

            return;
        }

        try
        {
            if (4L * rows.Length <= limit)
            {
                string shelf = ShelfOf(settings);
                Directory.CreateDirectory(shelf);
                string name = NameOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes<UInt128>(keys));
                FeaturePack.Write(Path.Combine(shelf, name + ".pack"), settings, rowLength, keys, rows);
                Prune();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trouble ??= error.Message;
        }
    }

    private void FindRows(string settings, int rowLength, UInt128?[] keys, float[] rows, bool[] found)
    {
        if (folder is null)
        {
            Dictionary<UInt128, float[]> kept = InMemoryShelf(settings);
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i] is { } key && kept.TryGetValue(key, out float[]? row))
                {
                    row.CopyTo(rows, i * rowLength);
                    found[i] = true;
                }
            }

            return;
        }

        var shelf = new DirectoryInfo(ShelfOf(settings));
        if (!shelf.Exists)
        {
            return;
        }

        // A later pack may hold what was damaged in an earlier one.
        foreach (FileInfo file in shelf.EnumerateFiles("*.pack").OrderByDescending(file => file.LastWriteTimeUtc))
        {
            if (Array.TrueForAll(found, hit => hit))
            {
                return;
            }

            FindIn(file, settings, rowLength, keys, rows, found);
        }
    }

    private static void FindIn(
        FileInfo file, string settings, int rowLength, UInt128?[] keys, float[] rows, bool[] found)
    {
        using (FeaturePack? pack = FeaturePack.TryOpen(file.FullName, settings, rowLength))
        {
            if (pack is not null)
            {
                Dictionary<UInt128, int> places = [];
                for (int row = 0; row < pack.Keys.Count; row++)
                {
                    places[pack.Keys[row]] = row;
                }

                Parallel.For(0, keys.Length, i =>
                {
                    if (!found[i] && keys[i] is { } key && places.TryGetValue(key, out int row))
                    {
                        found[i] = pack.TryRead(row, rows.AsSpan(i * rowLength, rowLength));
                    }
                });
                TryTo(() => File.SetLastAccessTimeUtc(file.FullName, DateTime.UtcNow));
                return;
            }
        }

        TryTo(file.Delete);
    }

    /// <summary>Deletes packs, the longest unused first, until the rest is within the limit.</summary>
    private void Prune()
    {
        FileInfo[] packs =
        [
            .. new DirectoryInfo(folder!).EnumerateFiles("*.pack", SearchOption.AllDirectories)
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private Dictionary<UInt128, float[]> InMemoryShelf(string settings)
    {
        if (!memory.TryGetValue(settings, out Dictionary<UInt128, float[]>? shelf))
        {
            shelf = [];
            memory.Add(settings, shelf);
        }

        return shelf;
    }

    private string ShelfOf(string settings) => Path.Combine(folder!, NameOf(Encoding.UTF8.GetBytes(settings)));

    private static string NameOf(ReadOnlySpan<byte> bytes) =>
        XxHash128.HashToUInt128(bytes).ToString("x32", CultureInfo.InvariantCulture);
}
