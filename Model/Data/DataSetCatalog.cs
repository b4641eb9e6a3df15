// From a path to a data set. A folder is first shown to the readers of published data sets (Known/), which know them by
// their files; else it has one of two general forms. A list is the third:
//   folder/{label}/**/x.wav      a folder of class folders; whatever is nested in a class folder belongs to that class
//   folder/{label}_{any}.wav     a flat folder; the label is the file name up to its first _
//   list.csv                     path,label[,split|fold|group|...], see CsvDataSet
// Hidden files and folders (a leading dot, or the attribute on Windows) are not seen; links to folders are followed,
// see FolderWalk. A folder _background_noise_ beside the class folders is no class.

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
    /// Reads a folder of class folders, a flat folder of <c>{label}_{anything}.wav</c>, a CSV file, or a published data
    /// set that is known by its files.
    /// </summary>
    /// <param name="path">
    /// The folder, or the file with the extension <c>.csv</c>; <c>DIR:esc10</c> for the part ESC-10 of an ESC-50.
    /// </param>
    /// <param name="labels">
    /// The classes of a trained network, to measure it on this data: the order is kept, a data set of a single class is
    /// welcome and an unknown class is an error. Null takes the classes that are found, in ordinal order.
    /// </param>
    /// <param name="minimumClasses">The fewest classes to accept where <paramref name="labels"/> is null.</param>
    /// <returns>The data set, its clips in ordinal order of their relative paths.</returns>
    /// <exception cref="DataSetException">
    /// Nothing is there, no sound is in it, its form is ambiguous, a CSV row is wrong, or there are too few classes.
    /// </exception>
    public static DataSet Read(
        string path, IReadOnlyList<string>? labels = null, int minimumClasses = MinimumClasses)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            return Assemble(path, Discover(path), labels, minimumClasses);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"Cannot read the data set '{path}': {error.Message}", error);
        }
    }

    private static FoundDataSet Discover(string path)
    {
        bool namesCsv = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        if (Directory.Exists(path))
        {
            return ReadFolder(path);
        }

        if (File.Exists(path))
        {
            return namesCsv
                ? CsvDataSet.Read(path)
                : throw new DataSetException(
                    $"'{path}' is no folder and no .csv file: give a folder of sounds, or a CSV with path,label.");
        }

        if (path.EndsWith(Esc10Suffix, StringComparison.OrdinalIgnoreCase)
            && path[..^Esc10Suffix.Length] is { Length: > 0 } whole && Directory.Exists(whole))
        {
            return ReadFolder(whole) is { Reader: Esc50Reader.ReaderName } esc50
                ? Esc50Reader.OnlyEsc10(esc50)
                : throw new DataSetException(
                    $"'{whole}' is no ESC-50, so it has no part ESC-10: give the folder with meta/esc50.csv.");
        }

        throw new DataSetException(namesCsv
            ? $"There is no CSV file '{path}': check the path, or write one with the columns path,label."
            : $"There is no folder '{path}': give a folder of sounds, or a .csv file with path,label.");
    }

    private static FoundDataSet ReadFolder(string root)
    {
        FolderListing listing = FolderWalk.Of(root);
        if (KnownDataSets.TryRead(root, listing) is { } known)
        {
            return known;
        }

        string[] sounds = [.. listing.Files.Where(SoundFiles.IsSound)];
        if (sounds.Length == 0)
        {
            throw new DataSetException(
                $"No sound files ({string.Join(", ", SoundFiles.Extensions)}) in '{root}': "
                + $"found {Describe(listing.Files)}.");
        }

        string noise = SpeechCommandsReader.NoiseFolder + "/";
        string[] labelled = [.. sounds.Where(file => !file.StartsWith(noise, StringComparison.Ordinal))];
        string? atTop = Array.Find(labelled, file => !file.Contains('/', StringComparison.Ordinal));
        string? inFolder = Array.Find(labelled, file => file.Contains('/', StringComparison.Ordinal));
        if (atTop is not null && inFolder is not null)
        {
            throw new DataSetException(
                $"'{root}' mixes two forms: '{inFolder}' is in a class folder, '{atTop}' is not. "
                + "Put every sound into a class folder, or every sound directly into the folder.");
        }

        if (labelled.Length == 0)
        {
            throw new DataSetException(
                $"'{root}' holds nothing but {noise}, which is no class: give the folder that has the class folders.");
        }

        Func<string, string> labelOf = atTop is null ? FolderOf : FlatLabel;
        return new FoundDataSet(
            atTop is null ? "class folders" : "file names",
            [.. labelled.Select(file => new FoundClip(Path.Combine(root, file), file, labelOf(file)))])
        {
            BackgroundNoise = [.. sounds.Except(labelled).Select(file => Path.Combine(root, file))],
            Notes = atTop is null ? NoteEmptyFolders(listing, labelled) : [],
        };

        string FlatLabel(string file)
        {
            int end = file.IndexOf('_', StringComparison.Ordinal);
            return end > 0
                ? file[..end]
                : throw new DataSetException(
                    $"No label in the file name '{file}' in '{root}': name it "
                    + $"{{label}}_{{anything}}{Path.GetExtension(file)}, or put it into a class folder.");
        }
    }

    // A class is the first folder of a path, whatever folders follow.
    private static string FolderOf(string file) => file[..file.IndexOf('/', StringComparison.Ordinal)];

    private static string[] NoteEmptyFolders(FolderListing listing, string[] sounds)
    {
        HashSet<string> classes = [.. sounds.Select(FolderOf), SpeechCommandsReader.NoiseFolder];
        string[] empty =
        [
            .. listing.Folders.Where(folder => !folder.Contains('/', StringComparison.Ordinal))
                .Where(folder => !classes.Contains(folder)),
        ];
        return empty.Length == 0
            ? []
            : [$"no sound in {(empty.Length == 1 ? "the folder" : "the folders")} {Shorten(empty)}: no class"];
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
        string source, FoundDataSet found, IReadOnlyList<string>? labels, int minimumClasses)
    {
        bool known = labels is not null;
        labels ??= found.Clips.Select(clip => clip.Label).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (!known && labels.Count < minimumClasses)
        {
            throw new DataSetException(labels.Count == 0
                ? $"The list of '{source}' names no clips: copy or unpack the data set again."
                : $"Only one class, '{labels[0]}', in '{source}': a classifier needs at least {minimumClasses}. "
                    + "Add a second class; if the classes are inside that folder, give that folder.");
        }

        Dictionary<string, int> indexOf = new(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            indexOf.Add(labels[i], i);
        }

        ClipEntry[] entries = found.Clips
            .OrderBy(clip => clip.RelativePath, StringComparer.Ordinal)
            .Select(clip => new ClipEntry(
                clip.Path,
                clip.RelativePath,
                indexOf.TryGetValue(clip.Label, out int index) ? index : throw Unknown(clip),
                clip.Label,
                clip.Split,
                clip.Columns.GetValueOrDefault("fold"),
                clip.Columns))
            .ToArray();
        return new DataSet(source, labels, entries)
        {
            Reader = found.Reader,
            PublishedParts = found.PublishedParts,
            BackgroundNoise = found.BackgroundNoise,
            Notes = found.Notes,
        };

        DataSetException Unknown(FoundClip clip) => new(
            $"The class '{clip.Label}' of '{clip.RelativePath}' in '{source}' is not one the network knows: "
            + $"{Shorten(labels)}. Leave such clips out, or train again with them.");
    }

    private static string Shorten(IReadOnlyList<string> labels)
    {
        const int shown = 12;
        string list = string.Join(", ", labels.Take(shown));
        return labels.Count <= shown ? list : $"{list}, ... ({labels.Count} in all)";
    }
}
