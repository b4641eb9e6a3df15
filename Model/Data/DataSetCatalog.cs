// From a path to a data set. A folder is first shown to the readers of published data sets (Known/), which know them by
// their files; then to the lists that lie in it (ListsBeside), then it is read by its folders and file
// names (FolderDataSet). A list can be given itself (CsvDataSet). Hidden files and folders (a leading dot, or the attribute on
// Windows) are not seen; links to folders are followed, see FolderWalk.

using NativeCnn.Model.Data.Known;

namespace NativeCnn.Model.Data;

/// <summary>Reads data sets from disk: names only, no sound is decoded.</summary>
public static class DataSetCatalog
{
    /// <summary>The fewest classes that a classifier can be trained on.</summary>
    public const int MinimumClasses = 2;

    /// <summary>What is put behind the folder of ESC-50 to get ESC-10: <c>DIR:esc10</c>.</summary>
    public const string Esc10Suffix = ":esc10";

    /// <summary>
    /// Reads a folder of class folders, a flat folder of <c>{label}_{anything}.wav</c>, folders of parts that hold
    /// either, a list or a folder with a list in it, or a published data set that is known by its files.
    /// </summary>
    /// <param name="path">
    /// The folder, or a list (<c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c>); <c>DIR:esc10</c> for the part ESC-10 of an
    /// ESC-50.
    /// </param>
    /// <param name="labels">
    /// The classes of a trained network, to measure it on this data: the order is kept, a data set of a single class is
    /// welcome and an unknown class is an error. Null takes the classes that are found, in ordinal order.
    /// </param>
    /// <param name="minimumClasses">The fewest classes to accept where <paramref name="labels"/> is null.</param>
    /// <param name="options">How it is read; null for what it says itself.</param>
    /// <returns>The data set, its clips in ordinal order of their relative paths.</returns>
    /// <exception cref="DataSetException">
    /// Nothing is there, no sound is in it, its form is ambiguous, a row is wrong, or there are too few classes.
    /// </exception>
    public static DataSet Read(
        string path, IReadOnlyList<string>? labels = null, int minimumClasses = MinimumClasses,
        DataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new DataSetOptions();
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new DataSetException($"'{path}' is no path: it holds a zero character.");
        }

        try
        {
            return Assemble(path, Discover(path, options), labels, minimumClasses, options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"Cannot read the data set '{path}': {error.Message}", error);
        }
    }

    private static FoundDataSet Discover(string path, DataSetOptions options)
    {
        bool namesList = CsvDataSet.IsNamed(path);
        if (Directory.Exists(path))
        {
            return ReadFolder(path, options);
        }

        if (File.Exists(path))
        {
            return namesList
                ? CsvDataSet.Read(path, options)
                : throw new DataSetException(
                    $"'{path}' is no folder and no list (.csv, .tsv, .jsonl): give a folder of sounds, or a CSV with "
                    + "path,label.");
        }

        if (path.EndsWith(Esc10Suffix, StringComparison.OrdinalIgnoreCase)
            && path[..^Esc10Suffix.Length] is { Length: > 0 } whole && Directory.Exists(whole))
        {
            return ReadFolder(whole, options) is { Reader: Esc50Reader.ReaderName } esc50
                ? Esc50Reader.OnlyEsc10(esc50)
                : throw new DataSetException(
                    $"'{whole}' is no ESC-50, so it has no part ESC-10: give the folder with meta/esc50.csv.");
        }

        throw new DataSetException(namesList
            ? $"There is no CSV file '{path}': check the path, or write one with the columns path,label."
            : $"There is no folder '{path}': give a folder of sounds, or a .csv file with path,label.");
    }

    private static FoundDataSet ReadFolder(string root, DataSetOptions options)
    {
        FolderListing listing = FolderWalk.Of(root);
        FoundDataSet found = ReadListing(root, listing, options);
        return found with { Notes = [.. listing.Notes, .. found.Notes] };
    }

    private static FoundDataSet ReadListing(string root, FolderListing listing, DataSetOptions options)
    {
        bool namesColumns = options.PathColumn is not null || options.LabelColumn is not null;
        if (!namesColumns && KnownDataSets.TryRead(root, listing) is { } known)
        {
            return known;
        }

        if (!listing.Files.Any(SoundFiles.IsSound))
        {
            throw new DataSetException(
                $"No sound files ({string.Join(", ", SoundFiles.Extensions)}) in '{root}': "
                + $"found {Describe(listing.Files)}.");
        }

        List<string> notes = [];
        if (ListsBeside.TryRead(root, listing, options, notes) is { } listed)
        {
            return listed with { Notes = notes };
        }

        if (namesColumns)
        {
            throw new DataSetException(
                $"No list in '{root}' has these columns and names sounds of it: give the list itself with --data, or "
                + "leave --path-column and --label-column out.");
        }

        try
        {
            FoundDataSet found = FolderDataSet.Read(root, listing, options);
            return found with { Notes = [.. notes, .. found.Notes] };
        }
        catch (DataSetException error) when (notes.Count > 0)
        {
            throw new DataSetException($"{error.Message} ({notes[0]})", error);
        }
    }

    // "12 .mp3, 3 .txt"; the commonest first.
    private static string Describe(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return "no files at all";
        }

        IEnumerable<string> kinds = files
            .CountBy(file => Path.GetExtension(file).ToLowerInvariant())
            .OrderByDescending(kind => kind.Value)
            .ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Take(5)
            .Select(kind => $"{kind.Value} {(kind.Key.Length == 0 ? "without an extension" : kind.Key)}");
        return string.Join(", ", kinds);
    }

    private static DataSet Assemble(
        string source, FoundDataSet found, IReadOnlyList<string>? labels, int minimumClasses, DataSetOptions options)
    {
        bool known = labels is not null;
        char? separator = SeveralLabels.SeparatorOf(source, found, options);
        if (separator is null)
        {
            SeveralLabels.RefuseEmpty(found.Clips);
        }

        IEnumerable<string> cells = found.Clips.Select(clip => clip.Label).Distinct();
        labels ??= (separator is { } at ? cells.SelectMany(cell => SeveralLabels.PartsOf(cell, at)) : cells)
            .Select(UnicodeForm.C).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (!known && labels.Count < minimumClasses)
        {
            throw new DataSetException(labels.Count == 0
                ? $"The list of '{source}' names no clips: copy or unpack the data set again."
                : $"Only one class, '{labels[0]}', in '{source}': a classifier needs at least {minimumClasses}. "
                    + "Add a second class; if the classes are inside that folder, give that folder.");
        }

        List<string> notes = [.. found.Notes];
        string[] several = [.. labels.Where(label => label.AsSpan().IndexOfAny(',', ';', '|') >= 0)];
        if (!known && separator is null && 4 * several.Length >= labels.Count)
        {
            notes.Add($"{several.Length} of {labels.Count} labels look like several in one ('{several[0]}'): each "
                + "combination is a class of its own"
                + (found.LabelsAreListed ? " (--multi-label on takes them apart)" : ""));
        }

        var numbers = new LabelNumbers(labels, separator);
        ClipEntry[] entries = ToEntries(source, found, numbers, options, notes, labels);
        LabelSets? sets = entries.Length > 0 ? numbers.Sets : null;
        if (!known && sets is not null)
        {
            notes.Add(SeveralLabels.Note(sets, entries));
        }

        return new DataSet(source, labels, entries)
        {
            LabelSets = sets,
            Reader = found.Reader,
            PublishedParts = found.PublishedParts,
            BackgroundNoise = found.BackgroundNoise,
            Notes = notes,
        };
    }

    private static ClipEntry[] ToEntries(
        string source, FoundDataSet found, LabelNumbers numbers, DataSetOptions options, List<string> notes,
        IReadOnlyList<string> labels)
    {
        var entries = new List<ClipEntry>(found.Clips.Count);
        List<string> unknown = [];

        // Two files whose names are one word in two forms keep apart: the one that is in form C keeps its name.
        HashSet<string> taken = [.. found.Clips.Select(clip => clip.RelativePath).Where(IsFormCOfMore)];
        foreach (FoundClip clip in found.Clips)
        {
            if (!numbers.TryFind(clip.Label, out int index, out string none))
            {
                unknown.Add(options.LeaveOutUnknownClasses ? none : throw Unknown(clip, none));
                continue;
            }

            string form = UnicodeForm.C(clip.RelativePath);
            string relative = taken.Contains(form) ? clip.RelativePath : form;
            entries.Add(new ClipEntry(
                clip.Path, relative, index, numbers.NameOf(index), clip.Split,
                clip.Fold ?? (clip.Columns.Count == 0 ? null : clip.Columns.GetValueOrDefault("fold")), clip.Columns)
            {
                Segment = clip.Segment,
            });
        }

        if (unknown.Count > 0)
        {
            notes.Add($"{unknown.Count} clips of classes that the run has not are left out: "
                + NameList.Of([.. unknown.Distinct()]));
        }

        entries.Sort(static (a, b) =>
        {
            int byPath = string.CompareOrdinal(a.RelativePath, b.RelativePath);
            int byStart = byPath != 0 ? byPath : (a.Segment?.Start ?? 0).CompareTo(b.Segment?.Start ?? 0);
            return byStart != 0 ? byStart : (a.Segment?.End ?? 0).CompareTo(b.Segment?.End ?? 0);
        });
        return [.. entries];

        // Plain ASCII has one form only.
        static bool IsFormCOfMore(string path) =>
            !System.Text.Ascii.IsValid(path) && ReferenceEquals(UnicodeForm.C(path), path);

        DataSetException Unknown(FoundClip clip, string label) => new(
            $"The class '{label}' of '{clip.RelativePath}' in '{source}' is not one the network knows: "
            + $"{NameList.Of(labels)}. Leave such clips out, or train again with them.");
    }
}
