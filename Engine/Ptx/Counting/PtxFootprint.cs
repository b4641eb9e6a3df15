namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>
/// Which sectors of global memory a launch reads and writes, and how many of them the first cache has to fetch: each
/// group has a part of it, which keeps what came last.
/// </summary>
/// <param name="cached">Sectors of a group's part of the first cache.</param>
internal sealed class PtxFootprint(long cached)
{
    private const int SectorsOfPage = 128;
    private const byte Read = 1, Written = 2;

    private readonly Dictionary<long, Page> pages = [];
    private long lastKey = -1;
    private Page last = new();

    /// <summary>Different sectors that were read.</summary>
    public long ReadSectors { get; private set; }

    /// <summary>Different sectors that were written.</summary>
    public long WrittenSectors { get; private set; }

    /// <summary>Sectors that were read and not in the first cache.</summary>
    public long Fetched { get; private set; }

    /// <summary>Notes the sectors of some bytes.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="isStore">True where they are written.</param>
    /// <param name="group">The group, from 1.</param>
    /// <returns>True where the first cache has all of them.</returns>
    public bool Touch(long address, int bytes, bool isStore, int group)
    {
        bool known = true;
        long end = (address + bytes - 1) / PtxAccess.SectorBytes;
        for (long sector = address / PtxAccess.SectorBytes; sector <= end; sector++)
        {
            Page page = PageOf(sector / SectorsOfPage);
            int at = (int)(sector % SectorsOfPage);
            byte use = isStore ? Written : Read;
            if ((page.Uses[at] & use) == 0)
            {
                page.Uses[at] |= use;
                ReadSectors += isStore ? 0 : 1;
                WrittenSectors += isStore ? 1 : 0;
            }

            if (!isStore && (page.Groups[at] != group || Fetched - page.Fetches[at] >= cached))
            {
                page.Groups[at] = group;
                page.Fetches[at] = Fetched++;
                known = false;
            }
        }

        return known;
    }

    private Page PageOf(long key)
    {
        if (key != lastKey)
        {
            if (!pages.TryGetValue(key, out Page? page))
            {
                pages.Add(key, page = new Page());
            }

            (lastKey, last) = (key, page);
        }

        return last;
    }

    private sealed class Page
    {
        public readonly byte[] Uses = new byte[SectorsOfPage];
        public readonly int[] Groups = new int[SectorsOfPage];
        public readonly long[] Fetches = new long[SectorsOfPage];
    }
}
