// The packs of one kind of row, opened together: a row is found by the key of its clip.

namespace NativeCnn.Model.Caching;

/// <summary>Rows that depend on the same settings. Finding and reading are safe for several threads.</summary>
internal sealed class CacheShelf(PackLayout layout) : IDisposable
{
    private readonly Dictionary<UInt128, PackRow> rows = [];
    private readonly List<FeaturePack> packs = [];

    /// <summary>What a row consists of.</summary>
    public PackLayout Layout => layout;

    /// <summary>Adds the rows of a pack; it replaces those that are there.</summary>
    public void Add(FeaturePack pack)
    {
        packs.Add(pack);
        rows.EnsureCapacity(rows.Count + pack.Keys.Length);
        for (int row = 0; row < pack.Keys.Length; row++)
        {
            if (pack.Keys[row] != 0)
            {
                rows[pack.Keys[row]] = new PackRow(pack, row);
            }
        }
    }

    /// <summary>Where the row of a clip lies; null where there is none.</summary>
    public PackRow? Find(UInt128? key) => key is { } one && rows.TryGetValue(one, out PackRow row) ? row : null;

    /// <summary>Reads the row of a clip; false where there is none, or it is damaged.</summary>
    public bool TryRead(UInt128? key, Span<float> values, Span<float> notes) =>
        Find(key) is { } found && found.Pack.TryRead(found.Row, values, notes);

    /// <summary>Closes the packs: what <see cref="Find"/> gave cannot be read any more.</summary>
    public void Dispose() => packs.ForEach(pack => pack.Dispose());
}
