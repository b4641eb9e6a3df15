// A data set listed in a file that is given itself: CSV, tabs, or JSON Lines. A row a clip, or a segment of one; paths
// are relative to the list's folder. Columns are known by their usual names, see ListColumns. An error names the line.

namespace NativeCnn.Model.Data;

internal static class CsvDataSet
{
    public const string ReaderName = "CSV";

    private const int LinesListed = 10;

    /// <summary>Whether a file's name is that of a list.</summary>
    public static bool IsNamed(string file) =>
        JsonLines.IsNamed(file) || Path.GetExtension(file).ToLowerInvariant() is ".csv" or ".tsv" or ".tab";

    public static FoundDataSet Read(string file, DataSetOptions options)
    {
        string folder = Path.GetDirectoryName(file) ?? string.Empty;
        ListedClips list = new(CsvTable.ReadAny(file, options.Encoding), options);
        list.ExpectColumns();
        CsvTable table = list.Table;
        List<FoundClip> clips = [];
        List<(CsvRow Row, string Path)> missing = [];
        foreach (CsvRow row in table.Rows)
        {
            (string path, string relative, bool exists) = Locate(folder, list.PathOf(row));
            if (!SoundFiles.IsSound(path))
            {
                throw new DataSetException(
                    $"{table.Where(row)}: '{relative}' is not a sound file this version reads "
                    + $"({string.Join(", ", SoundFiles.Extensions)}); convert it, or take the row out.");
            }

            if (!exists)
            {
                missing.Add((row, path));
            }

            clips.Add(list.ClipOf(row, path, UnicodeForm.C(relative), part: null));
        }

        ExpectFiles(table, missing);
        return clips.Count > 0
            ? new FoundDataSet(ReaderName, clips)
            {
                LabelsAreListed = true,
                Notes = list.Note is { } note ? [note] : [],
            }
            : throw new DataSetException($"'{file}' has a header and no rows: add a row path,label for every clip.");
    }

    // A list written on Windows may have \ between the parts of a path; on other systems that is a letter of a name,
    // so it is taken as it stands where there is such a file. A name may be written in another form of Unicode than
    // the file's.
    private static (string Path, string Relative, bool Exists) Locate(string folder, string given)
    {
        string relative = given.Replace(Path.DirectorySeparatorChar, '/');
        string path = Path.Combine(folder, relative);
        if (File.Exists(path))
        {
            return (path, relative, true);
        }

        if (given.Contains('\\', StringComparison.Ordinal))
        {
            relative = given.Replace('\\', '/');
            path = Path.Combine(folder, relative);
        }

        return File.Exists(path) ? (path, relative, true)
            : InOtherForm(folder, relative) is { } found ? (found, relative, true)
            : (path, relative, false);
    }

    private static string? InOtherForm(string folder, string relative)
    {
        if (System.Text.Ascii.IsValid(relative) || Path.IsPathRooted(relative))
        {
            return null;
        }

        return Below(folder, relative.Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    // Where both forms of a folder's name are there, the file may be in either.
    private static string? Below(string folder, ReadOnlySpan<string> parts)
    {
        if (parts.IsEmpty)
        {
            return File.Exists(folder) ? folder : null;
        }

        DirectoryInfo around = new(folder.Length == 0 ? "." : folder);
        if (parts[0] is "." or ".." || !around.Exists)
        {
            return around.Exists ? Below(Path.Combine(folder, parts[0]), parts[1..]) : null;
        }

        string form = UnicodeForm.C(parts[0]);
        foreach (FileSystemInfo entry in around.EnumerateFileSystemInfos())
        {
            if (UnicodeForm.C(entry.Name) == form && Below(Path.Combine(folder, entry.Name), parts[1..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static void ExpectFiles(CsvTable table, List<(CsvRow Row, string Path)> missing)
    {
        if (missing.Count == 0)
        {
            return;
        }

        string more = missing.Count == 1 ? "" : $", and {missing.Count - 1} more are missing, on lines "
            + string.Join(", ", missing.Skip(1).Take(LinesListed).Select(one => one.Row.Line))
            + (missing.Count - 1 > LinesListed ? ", ..." : "");
        throw new DataSetException(
            $"{table.Where(missing[0].Row)}: there is no file '{missing[0].Path}'{more}; "
            + "paths are relative to the CSV's folder.");
    }
}
