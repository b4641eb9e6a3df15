// Lists that lie in a folder of sounds and name them: metadata.csv of Hugging Face, train.csv of Kaggle, any other. One
// that has columns of paths and labels is read; one that names sounds and is not read is told, with what would read it.

using Microsoft.Win32.SafeHandles;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

internal static class ListsBeside
{
    // Enough rows to see whether a list names sounds of the folder.
    private const int RowsLooked = 20;

    // More lists than this are none: a table of measurements beside every sound.
    private const int MostLists = 100;

    /// <summary>The data set that lists in a folder name; null where there is none.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="listing">What lies below it.</param>
    /// <param name="options">How it is to be read.</param>
    /// <param name="notes">Told of lists that are not read, and of what they leave out.</param>
    /// <exception cref="DataSetException">A list is damaged, or two contradict each other.</exception>
    public static FoundDataSet? TryRead(
        string root, FolderListing listing, DataSetOptions options, List<string> notes)
    {
        string[] lists = [.. listing.Files.Where(CsvDataSet.IsNamed)];
        lists = lists.Length > MostLists ? [] : lists;
        (string List, CsvTable Table)[] audacity = [.. AudacityLabels.Of(root, listing, options.Encoding)];
        if (lists.Length + audacity.Length == 0)
        {
            return null;
        }

        SoundIndex sounds = new(listing.Files.Where(SoundFiles.IsSound));
        List<ListedClips> usable = [];
        List<(string List, List<FoundClip> Clips, int Missing)> read = [];
        var unread = new OrderedDictionary<string, List<string>>();
        foreach (string list in lists)
        {
            if (TryOpen(root, list, sounds, options, unread) is { } opened)
            {
                Take(list, opened);
            }
        }

        foreach ((string list, CsvTable table) in audacity)
        {
            Take(list, new ListedClips(table, new DataSetOptions()));
        }

        foreach ((string why, List<string> names) in unread)
        {
            notes.Add($"{NameList.Of(names)} {(names.Count == 1 ? "names sounds and is" : "name sounds and are")} not "
                + $"read, {why}");
        }

        if (read.Sum(one => one.Clips.Count) == 0)
        {
            return null;
        }

        List<FoundClip> all = Merge(read);
        int named = all.Select(clip => clip.RelativePath).Distinct().Count();
        string source = NameList.Of([.. read.Select(one => one.List)]);
        if (2 * named < sounds.Count && HasClassFolders(sounds, options))
        {
            notes.Add($"{source} names {named} of {sounds.Count} sounds and is not read: --data "
                + $"{Path.Combine(root, read[0].List)} reads it");
            return null;
        }

        notes.AddRange(usable.Select(one => one.Note).OfType<string>().Distinct());
        notes.Add($"labels are those of {source}");
        AddLeftOut(all, named, sounds, read, notes);
        return new FoundDataSet("list beside", all) { LabelsAreListed = true };

        void Take(string list, ListedClips opened)
        {
            usable.Add(opened);
            List<FoundClip> clips = ClipsOf(root, list, opened, sounds, options, out int missing);
            read.Add((list, clips, missing));
        }
    }

    private static void AddLeftOut(
        List<FoundClip> all, int named, SoundIndex sounds,
        List<(string List, List<FoundClip> Clips, int Missing)> read, List<string> notes)
    {
        int unnamed = sounds.Count - named;
        if (unnamed > 0)
        {
            notes.Add($"{unnamed} of {sounds.Count} sounds are in no list and are left out");
        }

        foreach ((string list, _, int missing) in read.Where(one => one.Missing > 0))
        {
            notes.Add($"{missing} rows of {list} name no sound that is here and are left out");
        }

        int partless = all.Count(clip => clip.Split is null);
        if (partless > 0 && partless < all.Count)
        {
            all.RemoveAll(clip => clip.Split is null);
            notes.Add($"{partless} listed sounds are in no part of the split and are left out");
        }
    }

    private static ListedClips? TryOpen(
        string root, string list, SoundIndex sounds, DataSetOptions options,
        OrderedDictionary<string, List<string>> unread)
    {
        string file = Path.Combine(root, list);
        CsvTable head;
        try
        {
            head = CsvTable.ReadAny(file, options.Encoding, RowsLooked);
        }
        catch (DataSetException) when (!LooksLikeAList(file, sounds))
        {
            return null;
        }

        if (!Has(head, options.PathColumn) || !Has(head, options.LabelColumn))
        {
            return null;
        }

        ListedClips opened = new(head, options);
        if (head.Header.Any(name => SoundFiles.IsSound(name) && sounds.Find(list, name) is not null))
        {
            return NotRead("for there is no header: put path,label above the rows");
        }

        int path = opened.Columns.Path >= 0 ? opened.Columns.Path
            : Enumerable.Range(0, head.Header.Length).FirstOrDefault(i => NamesSounds(head, i, list, sounds), -1);
        if (path < 0 || !NamesSounds(head, path, list, sounds))
        {
            return null;
        }

        if (opened.Columns.Path < 0)
        {
            return NotRead($"for no column is known as the path: --path-column \"{head.Header[path]}\" is it"
                + (opened.Columns.Label < 0 ? ", and --label-column NAME the label" : ""));
        }

        if (opened.Columns.Label < 0)
        {
            return NotRead(
                $"for no column is known as the label ({NameList.Of(head.Header)}): --label-column NAME is it");
        }

        return new ListedClips(CsvTable.ReadAny(file, options.Encoding), options);

        ListedClips? NotRead(string why)
        {
            if (!unread.TryGetValue(why, out List<string>? names))
            {
                unread.Add(why, names = []);
            }

            names.Add(list);
            return null;
        }
    }

    private static bool Has(CsvTable table, string? column) =>
        column is null || table.Header.Contains(column, StringComparer.OrdinalIgnoreCase);

    private static bool LooksLikeAList(string file, SoundIndex sounds)
    {
        byte[] start = new byte[4096];
        using SafeFileHandle handle = RegularFile.Open(file);
        int read = RandomAccess.Read(handle, start, 0);
        string text = System.Text.Encoding.Latin1.GetString(start, 0, read);
        return text.Split([',', ';', '\t', '|', '"', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Any(word => sounds.Find("", word.Trim()) is not null);
    }

    private static bool NamesSounds(CsvTable table, int column, string list, SoundIndex sounds) =>
        table.Rows.Any(row => sounds.Find(list, row.Fields[column]) is not null);

    private static List<FoundClip> ClipsOf(
        string root, string list, ListedClips opened, SoundIndex sounds, DataSetOptions options, out int missing)
    {
        missing = 0;
        List<FoundClip> clips = [];
        SplitPart? ofList = PartNames.OfList(list);
        foreach (CsvRow row in opened.Table.Rows)
        {
            if (sounds.Find(list, row.Fields[opened.Columns.Path]) is not { } sound)
            {
                missing++;
                continue;
            }

            SplitPart? part = options.PartFolders == PartFolders.Classes ? null : ofList ?? PartOfFolder(sound);
            clips.Add(opened.ClipOf(row, Path.Combine(root, sound), sound, part));
        }

        return clips;
    }

    private static SplitPart? PartOfFolder(string sound) =>
        sound.Split('/')[..^1].Select(folder => PartNames.Of(folder)).FirstOrDefault(part => part is not null);

    // A clip that two lists name must be the same in both; the one that names its part is taken.
    private static List<FoundClip> Merge(List<(string List, List<FoundClip> Clips, int Missing)> read)
    {
        if (read.Count == 1)
        {
            return read[0].Clips;
        }

        Dictionary<(string, double?, double?), (string List, FoundClip Clip)> all = [];
        foreach ((string list, List<FoundClip> clips, _) in read)
        {
            foreach (FoundClip clip in clips)
            {
                var key = (clip.RelativePath, clip.Segment?.Start, clip.Segment?.End);
                if (!all.TryGetValue(key, out (string List, FoundClip Clip) other))
                {
                    all.Add(key, (list, clip));
                    continue;
                }

                bool twoParts = clip.Split is { } one && other.Clip.Split is { } two && one != two;
                if (clip.Label != other.Clip.Label || twoParts)
                {
                    throw new DataSetException(
                        $"'{clip.RelativePath}' is {(twoParts ? $"{other.Clip.Split}" : $"'{other.Clip.Label}'")} in "
                        + $"{other.List} and {(twoParts ? $"{clip.Split}" : $"'{clip.Label}'")} in {list}: give the "
                        + "list that is meant with --data.");
                }

                if (other.Clip.Split is null)
                {
                    all[key] = (list, clip);
                }
            }
        }

        return [.. all.Values.Select(one => one.Clip)];
    }

    private static bool HasClassFolders(SoundIndex sounds, DataSetOptions options)
    {
        string[] tops = [.. sounds.Files.Select(file => file.Split('/')).Select(names => names[0]).Distinct()];
        bool allInFolders = sounds.Files.All(file => file.Contains('/', StringComparison.Ordinal));
        return allInFolders && tops.Length > 1
            && (options.PartFolders == PartFolders.Classes
                || !Array.TrueForAll(tops, top => PartNames.Of(top) is not null));
    }
}
