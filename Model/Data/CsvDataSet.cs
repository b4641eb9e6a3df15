// A data set listed in a CSV file: a header with `path` and `label`, then a row a clip. Paths are relative to the CSV's
// folder. `split` says train, validation (val, valid, dev) or test; any other column may be grouped by.
// An error names the line, so that it can be mended.

using CsvHelper;

namespace NativeCnn.Model.Data;

internal static class CsvDataSet
{
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

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        TrimWhitespace = true,
        TrackLineNumbers = true,
        PoolStrings = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static List<FoundClip> Read(string file)
    {
        try
        {
            using CsvReader reader = CsvReader.FromFile(file, Options);
            return ReadRows(file, reader);
        }
        catch (CsvFormatException error)
        {
            throw new DataSetException(
                $"'{file}', line {error.LineNumber}: not valid CSV; check the quotes on that line.", error);
        }
    }

    private static List<FoundClip> ReadRows(string file, CsvReader reader)
    {
        string folder = Path.GetDirectoryName(file) ?? string.Empty;
        string[] header = ReadHeader(file, reader);
        int pathColumn = ColumnOf("path", header, file);
        int labelColumn = ColumnOf("label", header, file);

        List<FoundClip> clips = [];
        Dictionary<string, long> lineOf = new(StringComparer.Ordinal);
        while (reader.Read())
        {
            string where = $"'{file}', line {reader.LineNumber}";
            if (reader.FieldCount != header.Length)
            {
                throw new DataSetException(
                    $"{where}: {reader.FieldCount} fields where the header has {header.Length}; "
                    + "put quotes around a field that holds a comma.");
            }

            string given = Required(reader.GetString(pathColumn), "path", where);
            string label = Required(reader.GetString(labelColumn), "label", where);
            string relative = given.Replace(Path.DirectorySeparatorChar, '/');
            string path = Path.Combine(folder, relative);
            if (!SoundFiles.IsSound(path))
            {
                throw new DataSetException(
                    $"{where}: '{relative}' is not a sound file this version reads "
                    + $"({string.Join(", ", SoundFiles.Extensions)}); convert it, or take the row out.");
            }

            if (!File.Exists(path))
            {
                throw new DataSetException(
                    $"{where}: there is no file '{path}'; paths are relative to the CSV's folder.");
            }

            if (!lineOf.TryAdd(relative, reader.LineNumber))
            {
                throw new DataSetException(
                    $"{where}: '{relative}' is already on line {lineOf[relative]}; a clip may be on one side "
                    + "of a split only, take one of the rows out.");
            }

            Dictionary<string, string> columns = new(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < header.Length; i++)
            {
                if (i != pathColumn && i != labelColumn)
                {
                    columns[header[i]] = reader.GetString(i);
                }
            }

            clips.Add(new FoundClip(path, relative, label)
            {
                Split = columns.TryGetValue("split", out string? split) ? ParseSplit(split, where) : null,
                Columns = columns,
            });
        }

        return clips.Count > 0
            ? clips
            : throw new DataSetException($"'{file}' has a header and no rows: add a row path,label for every clip.");
    }

    private static string[] ReadHeader(string file, CsvReader reader)
    {
        reader.ReadHeader();
        string[] header = [.. reader.Headers];
        if (header.Length == 0)
        {
            throw new DataSetException($"'{file}' is empty: its first line must be a header with path,label.");
        }

        string? twice = header
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(names => names.Count() > 1)?.Key;
        return twice is null
            ? header
            : throw new DataSetException($"'{file}', line 1: the column '{twice}' stands twice; rename one of them.");
    }

    private static int ColumnOf(string name, string[] header, string file)
    {
        int index = Array.FindIndex(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        string found = string.Join(", ", header.Select(column => $"'{column}'"));
        return index >= 0
            ? index
            : throw new DataSetException(
                $"'{file}', line 1: no column '{name}'; the columns are {found}. "
                + "The first line must be a header with path,label.");
    }

    private static string Required(string value, string column, string where) =>
        value.Length > 0 ? value : throw new DataSetException($"{where}: the column '{column}' is empty; fill it in.");

    private static SplitPart ParseSplit(string value, string where) =>
        SplitNames.TryGetValue(value, out SplitPart part)
            ? part
            : throw new DataSetException($"{where}: split '{value}' is none of train, validation, test.");
}
