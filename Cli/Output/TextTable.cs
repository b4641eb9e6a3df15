namespace NativeCnn.Cli.Output;

/// <summary>Aligned columns of plain text: the first and any named ones to the left, the others to the right.</summary>
internal static class TextTable
{
    /// <summary>The lines of a table.</summary>
    /// <param name="header">A title a column.</param>
    /// <param name="rows">As many cells each.</param>
    /// <param name="leftColumns">Columns from the left that hold words.</param>
    public static IEnumerable<string> Format(
        IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int leftColumns = 1)
    {
        IReadOnlyList<string>[] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join("  ", row.Select((cell, column) => column < leftColumns
            ? cell.PadRight(widths[column])
            : cell.PadLeft(widths[column]))).TrimEnd());
    }
}
