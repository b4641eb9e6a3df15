// From a path to a data set. Three forms are understood:
//   folder/{label}/**/x.wav      a folder of class folders; whatever is nested in a class folder belongs to that class
//   folder/{label}_{any}.wav     a flat folder; the label is the file name up to its first _
//   list.csv                     path,label[,split|fold|group|...], see CsvDataSet
// Hidden files and folders (a leading dot, or the attribute on Windows) are not seen.

namespace NativeCnn.Model.Data;

/// <summary>Reads data sets from disk: names only, no sound is decoded.</summary>
public static class DataSetCatalog
{
    /// <summary>The fewest classes that a classifier can be trained on.</summary>
    public const int MinimumClasses = 2;

    /// <summary>
    /// Reads a folder of class folders, a flat folder of <c>{label}_{anything}.wav</c>, or a CSV file.
    /// </summary>
    /// <param name="path">The folder, or the file with the extension <c>.csv</c>.</param>
    /// <param name="labels">
    /// The classes of a trained network, to measure it on this data: the order is kept, a data set of a single class is
    /// welcome and an unknown class is an error. Null takes the classes that are found, in ordinal order.
    /// </param>
    /// <returns>The data set, its clips in ordinal order of their relative paths.</returns>
    /// <exception cref="DataSetException">
    /// Nothing is there, no sound is in it, its form is ambiguous, a CSV row is wrong, or there are too few classes.
    /// </exception>
    public static DataSet Read(string path, IReadOnlyList<string>? labels = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            List<FoundClip> clips = Discover(path);
            return Assemble(path, clips, labels);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"Cannot read the data set '{path}': {error.Message}", error);
        }
    }

    private static List<FoundClip> Discover(string path)
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

        throw new DataSetException(namesCsv
            ? $"There is no CSV file '{path}': check the path, or write one with the columns path,label."
            : $"There is no folder '{path}': give a folder of sounds, or a .csv file with path,label.");
    }

    private static List<FoundClip> ReadFolder(string root)
    {
        List<string> files = VisibleFiles(root);
        List<string> sounds = files.FindAll(SoundFiles.IsSound);
        if (sounds.Count == 0)
        {
            throw new DataSetException(
                $"No sound files ({string.Join(", ", SoundFiles.Extensions)}) in '{root}': found {Describe(files)}.");
        }

        string? atTop = sounds.Find(file => !file.Contains('/', StringComparison.Ordinal));
        string? inFolder = sounds.Find(file => file.Contains('/', StringComparison.Ordinal));
        if (atTop is not null && inFolder is not null)
        {
            throw new DataSetException(
                $"'{root}' mixes two forms: '{inFolder}' is in a class folder, '{atTop}' is not. "
                + "Put every sound into a class folder, or every sound directly into the folder.");
        }

        Func<string, string> labelOf = atTop is null ? FolderLabel : FlatLabel;
        return sounds.ConvertAll(file => new FoundClip(Path.Combine(root, file), file, labelOf(file)));

        static string FolderLabel(string file) => file[..file.IndexOf('/', StringComparison.Ordinal)];

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

    // Paths relative to the root, with / between their parts.
    private static List<string> VisibleFiles(string root)
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        return Directory.EnumerateFiles(root, "*", options)
            .Select(file => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => file[0] != '.' && !file.Contains("/.", StringComparison.Ordinal))
            .ToList();
    }

    // "12 .mp3, 3 .txt"; the commonest first.
    private static string Describe(List<string> files)
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

    private static DataSet Assemble(string source, List<FoundClip> clips, IReadOnlyList<string>? labels)
    {
        bool known = labels is not null;
        labels ??= clips.Select(clip => clip.Label).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (!known && labels.Count < MinimumClasses)
        {
            throw new DataSetException(
                $"Only one class, '{labels[0]}', in '{source}': a classifier needs at least {MinimumClasses}. "
                + "Add a second class; if the classes are inside that folder, give that folder.");
        }

        Dictionary<string, int> indexOf = new(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            indexOf.Add(labels[i], i);
        }

        ClipEntry[] entries = clips
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
        return new DataSet(source, labels, entries);

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
