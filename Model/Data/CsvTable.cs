// A CSV file with a header, read whole: names of columns, and rows with the line they stand on. Commas, semicolons or
// tabs, whichever the header is written with; quotes, CRLF and byte order marks as they come.

using CsvHelper;

namespace NativeCnn.Model.Data;

/// <summary>A CSV file in memory. Its errors name the file and the line, so that it can be mended.</summary>
internal sealed class CsvTable
{
    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly string file;
    private readonly string expected;

    private CsvTable(string file, string expected, string[] header)
    {
        this.file = file;
        this.expected = expected;
        Header = header;
    }

    /// <summary>The names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>The rows, in the file's order.</summary>
    public List<CsvRow> Rows { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="required">Columns that the header must have; they also tell which separator the file uses.</param>
    /// <exception cref="DataSetException">It is no CSV file with these columns.</exception>
    public static CsvTable Read(string file, params string[] required)
    {
        CsvReaderOptions options = new()
        {
            Separator = SeparatorOf(file, required),
            TrimWhitespace = true,
            TrackLineNumbers = true,
            PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        };
        try
        {
            using CsvReader reader = CsvReader.FromFile(file, options);
            return Read(file, string.Join(',', required), reader);
        }
        catch (CsvFormatException error)
        {
            throw new DataSetException(
                $"'{file}', line {error.LineNumber}: not valid CSV; check the quotes on that line.", error);
        }
    }

    /// <summary>The index of a column, case ignored.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public int ColumnOf(string name)
    {
        int index = Array.FindIndex(Header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        string found = string.Join(", ", Header.Select(column => $"'{column}'"));
        return index >= 0
            ? index
            : throw new DataSetException(
                $"'{file}', line 1: no column '{name}'; the columns are {found}. "
                + $"The first line must be a header with {expected}.");
    }

    /// <summary>How an error names a row.</summary>
    public string Where(CsvRow row) => $"'{file}', line {row.Line}";

    /// <summary>A field that may not be empty.</summary>
    /// <exception cref="DataSetException">It is.</exception>
    public string Required(CsvRow row, int column) =>
        row.Fields[column].Length > 0
            ? row.Fields[column]
            : throw new DataSetException($"{Where(row)}: the column '{Header[column]}' is empty; fill it in.");

    private static CsvTable Read(string file, string expected, CsvReader reader)
    {
        reader.ReadHeader();
        string[] header = [.. reader.Headers];
        if (header.Length == 0)
        {
            throw new DataSetException($"'{file}' is empty: its first line must be a header with {expected}.");
        }

        string? twice = header
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(names => names.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new DataSetException($"'{file}', line 1: the column '{twice}' stands twice; rename one of them.");
        }

        CsvTable table = new(file, expected, header);
        while (reader.Read())
        {
            if (reader.FieldCount != header.Length)
            {
                throw new DataSetException(
                    $"'{file}', line {reader.LineNumber}: {reader.FieldCount} fields where the header has "
                    + $"{header.Length}; put quotes around a field that holds a separator.");
            }

            table.Rows.Add(new CsvRow(
                reader.LineNumber, [.. Enumerable.Range(0, header.Length).Select(reader.GetString)]));
        }

        return table;
    }

    // The separator that splits the first line into the columns that are needed; a comma where none does, so that the
    // error names what was found.
    private static char SeparatorOf(string file, string[] required)
    {
        using StreamReader reader = new(file, detectEncodingFromByteOrderMarks: true);
        string header = reader.ReadLine() ?? string.Empty;
        return Array.Find(Separators, separator => SplitsInto(header, separator, required)) is var found and not '\0'
            ? found
            : Separators[0];
    }

    private static bool SplitsInto(string header, char separator, string[] required)
    {
        string[] names = [.. header.Split(separator).Select(name => name.Trim(' ', '\t', '"'))];
        return required.All(name => names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }
}
