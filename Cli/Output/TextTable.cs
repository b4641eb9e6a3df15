// Tables of plain text. On a screen that is narrower than a table, cells of words go on below, between words, and so do
// titles; where that is not enough, columns are left out, and named below the table.
namespace NativeCnn.Cli.Output;

/// <summary>Aligned columns of plain text: the first and any named ones to the left, the others to the right.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    // A column of words is not made narrower than this for the sake of others.
    private const int LeastWords = 24;

    /// <summary>The lines of a table.</summary>
    /// <param name="header">A title a column.</param>
    /// <param name="rows">As many cells each.</param>
    /// <param name="leftColumns">Columns from the left that hold words.</param>
    /// <param name="width">Columns of the screen; null for lines of any length.</param>
    /// <param name="leaveOut">Titles that go first where there is no room for all; then others from the right.</param>
    public static IEnumerable<string> Format(
        IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int leftColumns = 1, int? width = null,
        params string[] leaveOut)
    {
        IReadOnlyList<string>[] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        if (width is not { } most || TotalOf(widths) <= most)
        {
            return all.Select(row => LineOf(row, widths, leftColumns));
        }

        int[] least = [.. header.Select((title, column) => LeastOf(title, all, column, column < leftColumns))];
        List<int> kept = [.. Enumerable.Range(0, header.Count)];
        foreach (int column in leaveOut.Select(title => header.ToList().IndexOf(title))
            .Concat(Enumerable.Range(1, header.Count - 1).Reverse()))
        {
            if (TotalOf([.. kept.Select(one => least[one])]) > most)
            {
                kept.Remove(column);
            }
        }

        string[] leftOut = [.. header.Where((title, i) => title.Length > 0 && !kept.Contains(i))];
        widths = Narrowed([.. kept.Select(one => widths[one])], [.. kept.Select(one => least[one])], most);
        int left = kept.Count(one => one < leftColumns);
        IEnumerable<string> lines = all.SelectMany(
            (row, i) => LinesOf([.. kept.Select(one => row[one])], widths, left, isHeader: i == 0));
        return leftOut.Length == 0 ? lines
            : lines.Concat(WordWrap.Lines(
                $"left out for want of room: {string.Join(", ", leftOut)} (a wider terminal or a file has all)", most));
    }

    /// <summary>The narrowest that a column can be: its longest word, or its longest number.</summary>
    private static int LeastOf(string title, IReadOnlyList<string>[] all, int column, bool isLeft) => Math.Max(
        LongestWord(title),
        all.Skip(1)
            .Select(row => isLeft
                ? Math.Max(LongestWord(row[column]), Math.Min(row[column].Length, LeastWords))
                : row[column].Length)
            .DefaultIfEmpty(0).Max());

    private static int LongestWord(string text) => text.Split(' ').Max(word => word.Length);

    private static int TotalOf(ReadOnlySpan<int> widths)
    {
        int total = Gap.Length * (widths.Length - 1);
        foreach (int one in widths)
        {
            total += one;
        }

        return total;
    }

    /// <summary>Takes from the widest column that has something to give, until all have room.</summary>
    private static int[] Narrowed(int[] widths, int[] least, int most)
    {
        int[] made = [.. widths];
        while (TotalOf(made) > most)
        {
            int widest = -1;
            for (int i = 0; i < made.Length; i++)
            {
                if (made[i] > least[i] && (widest < 0 || made[i] > made[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                break;
            }

            made[widest]--;
        }

        return made;
    }

    private static IEnumerable<string> LinesOf(
        IReadOnlyList<string> row, int[] widths, int leftColumns, bool isHeader)
    {
        string[][] cells =
        [
            .. widths.Select((width, column) => isHeader || column < leftColumns
                ? WordWrap.Lines(row[column], width, "").ToArray()
                : [row[column]]),
        ];
        for (int i = 0; i < cells.Max(cell => cell.Length); i++)
        {
            yield return LineOf([.. cells.Select(cell => i < cell.Length ? cell[i] : "")], widths, leftColumns);
        }
    }

    private static string LineOf(IReadOnlyList<string> row, int[] widths, int leftColumns) =>
        string.Join(Gap, widths.Select((width, column) => column < leftColumns
            ? row[column].PadRight(width)
            : row[column].PadLeft(width))).TrimEnd();
}
