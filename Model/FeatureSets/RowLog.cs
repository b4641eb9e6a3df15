// The rows that a run computes, written to a pack as they come: for the cache, and for training from disk. A cache that
// cannot be written costs time in another run and nothing in this one; training from disk cannot do without.
using System.Globalization;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Writes the computed rows of a set. Safe for several threads.</summary>
internal sealed class RowLog : IDisposable
{
    private readonly FeatureCache? cache;
    private readonly string settings;
    private readonly bool isNeeded;
    private readonly bool isKept;
    private readonly FeaturePackWriter? writer;
    private volatile bool isBroken;
    private int written;

    /// <summary>Begins a pack.</summary>
    /// <param name="cache">Where rows are kept for another run; null for nowhere.</param>
    /// <param name="settings">What rows depend on beside the clip.</param>
    /// <param name="layout">What a row consists of.</param>
    /// <param name="rows">Rows at most.</param>
    /// <param name="isNeeded">Whether this run reads them again.</param>
    /// <exception cref="DataSetException">They are needed, and there is no room for them.</exception>
    public RowLog(FeatureCache? cache, string settings, PackLayout layout, int rows, bool isNeeded)
    {
        this.cache = cache;
        this.settings = settings;
        this.isNeeded = isNeeded;
        writer = cache?.Begin(settings, layout, rows);
        isKept = writer is not null;
        if (writer is null && isNeeded && rows > 0)
        {
            string folder = cache is not null && Directory.Exists(cache.Folder) ? cache.Folder : Path.GetTempPath();
            try
            {
                writer = FeaturePackWriter.Create(folder, settings, layout, rows);
            }
            catch (Exception error) when (FeatureCache.IsOfFiles(error))
            {
                throw NoRoom(folder, FeaturePackWriter.LengthOf(settings, layout, rows), error);
            }
        }
    }

    /// <summary>Whether rows are written at all.</summary>
    public bool IsOn => writer is not null && !isBroken;

    /// <summary>Writes neighbouring rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="clips">The key of each; 0 for one that has none.</param>
    /// <param name="values">[rows, values].</param>
    /// <param name="notes">[rows, notes].</param>
    /// <exception cref="DataSetException">They are needed, and cannot be written.</exception>
    public void Write(int first, ReadOnlySpan<UInt128> clips, ReadOnlySpan<float> values, ReadOnlySpan<float> notes)
    {
        try
        {
            writer!.Write(first, clips, values, notes);
            Interlocked.Add(ref written, clips.Length);
        }
        catch (IOException error) when (!isNeeded)
        {
            isBroken = true;
            cache!.Note(error.Message);
        }
        catch (IOException error)
        {
            throw new DataSetException($"the features cannot be kept on disk: {error.Message}", error);
        }
    }

    /// <summary>Ends the pack: a cache then has it. Null where nothing was written.</summary>
    /// <exception cref="DataSetException">It is needed, and cannot be written.</exception>
    public FeaturePack? Complete()
    {
        if (!IsOn || written == 0)
        {
            return null;
        }

        if (isKept && cache!.Complete(writer!, settings) is { } pack)
        {
            return pack;
        }

        try
        {
            return isNeeded ? writer!.Complete(path: null) : null;
        }
        catch (Exception error) when (FeatureCache.IsOfFiles(error))
        {
            throw new DataSetException($"the features cannot be kept on disk: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writer?.Dispose();

    private static DataSetException NoRoom(string folder, long bytes, Exception error)
    {
        string size = (bytes / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture);
        return new DataSetException(
            $"there is no room for {size} GiB of features in '{folder}' ({error.Message}): name another folder with " +
            "--cache, or keep them in memory with --feature-memory host",
            error);
    }
}
