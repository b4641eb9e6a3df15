// From the rows of a list to clips: path, label, part, segment and the other columns. Errors name list and line.
using System.Globalization;

namespace NativeCnn.Model.Data;

/// <summary>A list whose columns are known.</summary>
internal sealed class ListedClips
{
    private readonly int[] others;
    private readonly string[] otherNames;
    private readonly Dictionary<(string, double, double), long> lineOf = [];

    /// <summary>Takes a list.</summary>
    /// <exception cref="DataSetException">A column that the user names is not there.</exception>
    public ListedClips(CsvTable table, DataSetOptions options)
    {
        Table = table;
        Columns = ListColumns.Of(table, options);
        others =
        [
            .. Enumerable.Range(0, table.Header.Length)
                .Except([Columns.Path, Columns.Label, Columns.Start, Columns.End, Columns.Duration]),
        ];
        otherNames = [.. others.Select(i => UnicodeForm.C(table.Header[i]))];
    }

    /// <summary>The rows.</summary>
    public CsvTable Table { get; }

    /// <summary>What each column says.</summary>
    public ListColumns Columns { get; }

    /// <summary>A line for the user on what was guessed or not read; null for nothing.</summary>
    public string? Note => Columns.Note;

    /// <summary>Fails where the list has no column of paths or of labels.</summary>
    /// <exception cref="DataSetException">It has not; the message names the options.</exception>
    public void ExpectColumns()
    {
        Expect(Columns.Path, "path", "--path-column");
        Expect(Columns.Label, "label", "--label-column");
    }

    /// <summary>The path that a row names, as it stands.</summary>
    public string PathOf(CsvRow row) => Table.Required(row, Columns.Path);

    /// <summary>The clip of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="path">Its file.</param>
    /// <param name="relative">Its name below the data set's folder.</param>
    /// <param name="part">The part that the list or a folder names, where no column does.</param>
    /// <exception cref="DataSetException">A field is wrong, or the clip is listed already.</exception>
    public FoundClip ClipOf(CsvRow row, string path, string relative, SplitPart? part)
    {
        string where = Table.Where(row);
        string label = row.Fields[Columns.Label];
        if (Columns.Fold >= 0)
        {
            Table.Required(row, Columns.Fold);
        }

        ClipSegment? segment = SegmentOf(row, where);
        if (!lineOf.TryAdd((Plain(path), segment?.Start ?? 0, segment?.End ?? 0), row.Line))
        {
            long line = lineOf[(Plain(path), segment?.Start ?? 0, segment?.End ?? 0)];
            throw new DataSetException(
                $"{where}: '{relative}' is already on line {line}; a clip may be on one side of a split only, take one "
                + "of the rows out.");
        }

        return new FoundClip(path, relative, UnicodeForm.C(label))
        {
            NoLabel = label.Length > 0 ? null
                : $"{where}: the column '{Table.Header[Columns.Label]}' is empty; fill it in.",
            Split = Columns.Split >= 0 ? ParseSplit(row.Fields[Columns.Split], where) : part,
            Fold = Columns.Fold >= 0 ? row.Fields[Columns.Fold] : null,
            Segment = segment,
            Columns = others.Length == 0
                ? ClipColumns.None
                : new ClipColumns(otherNames, Array.ConvertAll(others, i => UnicodeForm.C(row.Fields[i]))),
        };
    }

    // The same file can be written in several ways.
    private static string Plain(string path) =>
        path.Contains("/.", StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal)
            ? Path.GetFullPath(path)
            : path;

    private static SplitPart ParseSplit(string value, string where) => PartNames.Of(value)
        ?? throw new DataSetException($"{where}: split '{value}' is none of train, validation, test.");

    private void Expect(int place, string name, string option)
    {
        if (place < 0)
        {
            _ = Table.ColumnOf(name, $"; another column is read with {option} NAME");
        }
    }

    private ClipSegment? SegmentOf(CsvRow row, string where)
    {
        double? start = TimeOf(row, Columns.Start, where);
        double? end = TimeOf(row, Columns.End, where);
        double? duration = TimeOf(row, Columns.Duration, where);
        if (start is null && end is null)
        {
            return null;
        }

        bool ends = Columns.End >= 0 || Columns.Duration >= 0;
        if (start is not { } first || (ends && end is null && duration is null))
        {
            int empty = start is null ? Columns.Start : Math.Max(Columns.End, Columns.Duration);
            throw new DataSetException($"{where}: the column '{Table.Header[empty]}' is empty; fill it in.");
        }

        double last = end ?? (first + duration) ?? double.PositiveInfinity;
        return first >= 0 && last > first
            ? new ClipSegment(first, last, row.Line)
            : throw new DataSetException(FormattableString.Invariant(
                $"{where}: a segment from {first} to {last} s is none; its start is at least 0 and before its end."));
    }

    // Seconds, or minutes and hours with colons: 83.5, 1:23.5. Milliseconds where the column says so.
    private double? TimeOf(CsvRow row, int column, string where)
    {
        if (column < 0 || row.Fields[column] is not { Length: > 0 } text)
        {
            return null;
        }

        double seconds = 0;
        string plain = Table.Separator == ',' ? text : text.Replace(',', '.');
        foreach (string part in plain.Split(':'))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !double.IsFinite(value))
            {
                throw new DataSetException(
                    $"{where}: the column '{Table.Header[column]}' says '{text}', which is no time: write seconds, "
                    + "12.5, or 0:12.5.");
            }

            seconds = (60 * seconds) + value;
        }

        return ListColumns.KeyOf(Table.Header[column]).EndsWith("ms", StringComparison.Ordinal)
            ? seconds / 1000
            : seconds;
    }
}
