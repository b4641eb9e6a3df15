// A data set listed in a CSV file: a header with `path` and `label`, then a row a clip. Paths are relative to the CSV's
// folder. `split` says train, validation (val, valid, dev) or test, `fold` names a fold of a cross-validation; any
// other column may be grouped by. An error names the line, so that it can be mended.

namespace NativeCnn.Model.Data;

internal static class CsvDataSet
{
    public const string ReaderName = "CSV";

    private const int LinesListed = 10;

    private static readonly Dictionary<string, SplitPart> SplitNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = SplitPart.Train,
        ["training"] = SplitPart.Train,
        ["validation"] = SplitPart.Validation,
        ["valid"] = SplitPart.Validation,
        ["val"] = SplitPart.Validation,
        ["dev"] = SplitPart.Validation,
        ["test"] = SplitPart.Test,
        ["testing"] = SplitPart.Test,
    };

    public static FoundDataSet Read(string file)
    {
        string folder = Path.GetDirectoryName(file) ?? string.Empty;
        CsvTable table = CsvTable.Read(file, "path", "label");
        int pathColumn = table.ColumnOf("path");
        int labelColumn = table.ColumnOf("label");
        int foldColumn = Array.FindIndex(
            table.Header, column => column.Equals("fold", StringComparison.OrdinalIgnoreCase));

        List<FoundClip> clips = [];
        List<(CsvRow Row, string Path)> missing = [];
        Dictionary<string, long> lineOf = new(StringComparer.Ordinal);
        foreach (CsvRow row in table.Rows)
        {
            string where = table.Where(row);
            string given = table.Required(row, pathColumn);
            string label = table.Required(row, labelColumn);
            (string path, string relative) = Locate(folder, given);
            if (!SoundFiles.IsSound(path))
            {
                throw new DataSetException(
                    $"{where}: '{relative}' is not a sound file this version reads "
                    + $"({string.Join(", ", SoundFiles.Extensions)}); convert it, or take the row out.");
            }

            if (!File.Exists(path))
            {
                missing.Add((row, path));
            }

            if (!lineOf.TryAdd(Path.GetFullPath(path), row.Line))
            {
                throw new DataSetException(
                    $"{where}: '{relative}' is already on line {lineOf[Path.GetFullPath(path)]}; a clip may be on one "
                    + "side of a split only, take one of the rows out.");
            }

            if (foldColumn >= 0)
            {
                table.Required(row, foldColumn);
            }

            Dictionary<string, string> columns = new(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < table.Header.Length; i++)
            {
                if (i != pathColumn && i != labelColumn)
                {
                    columns[table.Header[i]] = row.Fields[i];
                }
            }

            clips.Add(new FoundClip(path, relative, label)
            {
                Split = columns.TryGetValue("split", out string? split) ? ParseSplit(split, where) : null,
                Columns = columns,
            });
        }

        ExpectFiles(table, missing);
        return clips.Count > 0
            ? new FoundDataSet(ReaderName, clips)
            : throw new DataSetException($"'{file}' has a header and no rows: add a row path,label for every clip.");
    }

    // A list written on Windows may have \ between the parts of a path; on other systems that is a letter of a name,
    // so it is taken as it stands where there is such a file.
    private static (string Path, string Relative) Locate(string folder, string given)
    {
        string relative = given.Replace(Path.DirectorySeparatorChar, '/');
        string path = Path.Combine(folder, relative);
        if (given.Contains('\\', StringComparison.Ordinal) && !File.Exists(path))
        {
            relative = given.Replace('\\', '/');
            path = Path.Combine(folder, relative);
        }

        return (path, relative);
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

    private static SplitPart ParseSplit(string value, string where) =>
        SplitNames.TryGetValue(value, out SplitPart part)
            ? part
            : throw new DataSetException($"{where}: split '{value}' is none of train, validation, test.");
}
