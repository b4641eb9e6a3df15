// The sound files that somebody names: files, folders with all that is below them, and lists. No sound is opened.

namespace NativeCnn.Model.Data;

/// <summary>Finds sound files by what is given on a command line.</summary>
public static class SoundPaths
{
    private static readonly string[] Tables = [".csv", ".tsv", ".jsonl"];

    private static readonly string[] PlainLists = [".txt", ".lst", ".m3u", ".m3u8"];

    /// <summary>The files of one argument.</summary>
    /// <param name="given">
    /// A sound file; a folder, with all sounds below it; a list: <c>.csv</c>, <c>.tsv</c> or <c>.jsonl</c> with a
    /// column of paths, or <c>.txt</c>, <c>.lst</c>, <c>.m3u</c> with a path a line (# begins a comment). Paths of
    /// lists are relative to the list's folder.
    /// </param>
    /// <param name="options">How lists are read.</param>
    /// <param name="note">Told what was left out, a line each kind.</param>
    /// <returns>The files; one that is not there is named all the same, whoever opens it says so.</returns>
    /// <exception cref="DataSetException">A folder has no sounds, or a list cannot be read.</exception>
    public static IReadOnlyList<string> Of(string given, DataSetOptions options, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(note);
        string extension = Path.GetExtension(given).ToLowerInvariant();
        try
        {
            return Directory.Exists(given) ? InFolder(given, note)
                : Tables.Contains(extension) && File.Exists(given) ? InTable(given, options, note)
                : PlainLists.Contains(extension) && File.Exists(given) ? InList(given, options)
                : [given];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataSetException($"'{given}' cannot be read: {error.Message}", error);
        }
    }

    private static string[] InFolder(string folder, Action<string> note)
    {
        FolderListing listing = FolderWalk.Of(folder);
        foreach (string line in listing.Notes)
        {
            note(line);
        }

        string[] sounds = [.. listing.Files.Where(SoundFiles.IsSound).Select(file => Path.Combine(folder, file))];
        return sounds.Length > 0
            ? sounds
            : throw new DataSetException(
                $"no sound files ({string.Join(", ", SoundFiles.Extensions)}) in the folder '{folder}'");
    }

    private static string[] InTable(string file, DataSetOptions options, Action<string> note)
    {
        CsvTable table = CsvTable.ReadAny(file, options.Encoding);
        ListColumns columns = ListColumns.Of(table, options);
        int column = columns.Path;
        if (column < 0)
        {
            throw new DataSetException(
                $"'{file}' has no column of paths; its columns are {string.Join(", ", table.Header)}: name one with " +
                "--path-column");
        }

        if (columns.Start >= 0)
        {
            note($"the segments of '{file}' are not cut: each file is classified whole");
        }

        return [.. table.Rows.Select(row => Locate(file, table.Required(row, column)))];
    }

    private static string[] InList(string file, DataSetOptions options)
    {
        string text = System.Text.Encoding.UTF8.GetString(ListText.Read(file, options.Encoding).Span);
        string[] lines =
        [
            .. text.Split('\n').Select(line => line.Trim())
                .Where(line => line.Length > 0 && line[0] != '#').Select(line => Locate(file, line)),
        ];
        return lines.Length > 0 ? lines : throw new DataSetException($"'{file}' names no sound file");
    }

    private static string Locate(string list, string path) =>
        Path.Combine(Path.GetDirectoryName(list) ?? "", path);
}
