// A CSV file with a header, read whole: names of columns, and rows with the line they stand on. Commas, semicolons or
// tabs, whichever the header is written with; quotes, CRLF and byte order marks as they come.

using CsvHelper;

namespace NativeCnn.Model.Data;

/// <summary>A CSV file in memory. Its errors name the file and the line, so that it can be mended.</summary>
internal sealed class CsvTable
{
    // More are no list of clips, and a row of separators alone would take eight times its bytes.
    private const int MostColumns = 1000;

    // The fields of several rows lie in one array.
    private const int ChunkFields = 1024;

    private static readonly char[] Separators = [',', ';', '\t', '|'];

    private readonly string file;
    private readonly string expected;
    private ArraySegment<string> room = ArraySegment<string>.Empty;

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

    /// <summary>The character between two fields.</summary>
    public char Separator { get; private init; } = ',';

    /// <summary>Reads a file of known columns.</summary>
    /// <param name="file">The file.</param>
    /// <param name="required">Columns that the header must have; they also tell which separator the file uses.</param>
    /// <exception cref="DataSetException">It is no CSV file with these columns.</exception>
    public static CsvTable Read(string file, params string[] required) =>
        Read(file, encoding: null, string.Join(',', required), int.MaxValue, header => SeparatorOf(header, required));

    /// <summary>Reads a list, whatever its columns are called.</summary>
    /// <param name="file">The file: CSV, or JSON Lines by its extension.</param>
    /// <param name="encoding">See <see cref="DataSetOptions.Encoding"/>.</param>
    /// <param name="most">Rows to read at most.</param>
    /// <exception cref="DataSetException">It is damaged, or its bytes are not text.</exception>
    public static CsvTable ReadAny(string file, string? encoding, int most = int.MaxValue) =>
        JsonLines.IsNamed(file)
            ? JsonLines.Read(file, encoding, most)
            : Read(file, encoding, "path,label", most, MostOften);

    /// <summary>A table that was not read from CSV.</summary>
    public static CsvTable Of(string file, string[] header, IEnumerable<CsvRow> rows)
    {
        CsvTable table = new(file, "path,label", header);
        table.Rows.AddRange(rows);
        return table;
    }

    private static CsvTable Read(
        string file, string? encoding, string expected, int most, Func<string, char> separatorOf)
    {
        ReadOnlyMemory<byte> text = ListText.Read(file, encoding);
        int end = text.Span.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> first = text.Span[..(end < 0 ? text.Length : end)];
        if (first.Length > ListText.MostLineBytes)
        {
            throw new DataSetException(
                $"'{file}', line 1: {first.Length} bytes are no header; its first line must have {expected}.");
        }

        char separator = separatorOf(System.Text.Encoding.UTF8.GetString(first));
        CsvReaderOptions options = new()
        {
            Separator = separator,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        };
        try
        {
            using CsvReader reader = CsvReader.Create(text, options);
            return Read(file, expected, reader, separator, Math.Min(most, RowsOf(text.Span)));
        }
        catch (CsvFormatException error)
        {
            throw new DataSetException(
                $"'{file}', line {error.LineNumber}: not valid CSV; check the quotes on that line.", error);
        }
    }

    /// <summary>The index of a column, case ignored.</summary>
    /// <param name="name">The column.</param>
    /// <param name="hint">What else an error says.</param>
    /// <exception cref="DataSetException">There is none.</exception>
    public int ColumnOf(string name, string hint = "")
    {
        int index = Array.FindIndex(Header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        string found = string.Join(", ", Header.Select(column => $"'{column}'"));
        return index >= 0
            ? index
            : throw new DataSetException(
                $"'{file}', line 1: no column '{name}'; the columns are {found}. "
                + $"The first line must be a header with {expected}{hint}.");
    }

    /// <summary>How an error names a row.</summary>
    public string Where(CsvRow row) => $"'{file}', line {row.Line}";

    /// <summary>A field that may not be empty.</summary>
    /// <exception cref="DataSetException">It is.</exception>
    public string Required(CsvRow row, int column) =>
        row.Fields[column].Length > 0
            ? row.Fields[column]
            : throw new DataSetException($"{Where(row)}: the column '{Header[column]}' is empty; fill it in.");

    private static CsvTable Read(string file, string expected, CsvReader reader, char separator, int most)
    {
        reader.ReadHeader();
        string[] header = [.. reader.Headers];
        if (header.Length == 0)
        {
            throw new DataSetException($"'{file}' is empty: its first line must be a header with {expected}.");
        }

        ExpectColumns(file, header.Length);

        // Spreadsheets leave empty columns at the end.
        int named = Array.FindLastIndex(header, name => name.Length > 0) + 1;
        int given = header.Length;
        header = header[..Math.Max(1, named)];
        string? twice = header
            .Where(name => name.Length > 0)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(names => names.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new DataSetException($"'{file}', line 1: the column '{twice}' stands twice; rename one of them.");
        }

        CsvTable table = new(file, expected, header) { Separator = separator };
        table.Rows.Capacity = most;
        while (table.Rows.Count < most && reader.Read())
        {
            if (IsEmpty(reader))
            {
                continue; // a line of separators
            }

            if (reader.FieldCount != given)
            {
                throw new DataSetException(
                    $"'{file}', line {reader.LineNumber}: {reader.FieldCount} fields where the header has "
                    + $"{given}; put quotes around a field that holds a separator.");
            }

            ArraySegment<string> fields = table.Take(header.Length);
            for (int i = 0; i < header.Length; i++)
            {
                fields[i] = reader.GetString(i);
            }

            table.Rows.Add(new CsvRow(reader.LineNumber, fields));
        }

        return table;
    }

    /// <summary>Refuses what has more columns than a list.</summary>
    /// <exception cref="DataSetException">It has.</exception>
    internal static void ExpectColumns(string file, int columns)
    {
        if (columns > MostColumns)
        {
            throw new DataSetException(
                $"'{file}' has {columns} columns; a list has up to {MostColumns}: take out those that are not needed.");
        }
    }

    private static bool IsEmpty(CsvReader reader)
    {
        for (int i = 0; i < reader.FieldCount; i++)
        {
            if (!reader.IsEmpty(i))
            {
                return false;
            }
        }

        return true;
    }

    // Lines that are not empty: no fewer than the rows.
    private static int RowsOf(ReadOnlySpan<byte> text)
    {
        int rows = 1;
        byte before = (byte)'\n';
        foreach (byte value in text)
        {
            bool ends = value is (byte)'\n' or (byte)'\r';
            rows += ends && before is not ((byte)'\n' or (byte)'\r') ? 1 : 0;
            before = value;
        }

        return rows;
    }

    private ArraySegment<string> Take(int fields)
    {
        if (room.Count < fields)
        {
            room = new string[Math.Max(fields, ChunkFields)];
        }

        ArraySegment<string> taken = room[..fields];
        room = room[fields..];
        return taken;
    }

    // The separator that splits the header into the columns that are needed; a comma where none does, so that the
    // error names what was found.
    private static char SeparatorOf(string header, string[] required) =>
        Array.Find(Separators, separator => SplitsInto(header, separator, required)) is var found and not '\0'
            ? found
            : Separators[0];

    private static char MostOften(string header) =>
        Separators.MaxBy(separator => header.Count(letter => letter == separator));

    private static bool SplitsInto(string header, char separator, string[] required)
    {
        string[] names = [.. header.Split(separator).Select(name => name.Trim(' ', '\t', '"'))];
        return required.All(name => names.Contains(name, StringComparer.OrdinalIgnoreCase));
    }
}
