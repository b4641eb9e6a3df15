namespace NativeCnn.Cli.Output;

/// <summary>
/// Columns of fixed widths, so that each line can be printed when it comes. On a screen that is narrower, those of the
/// least weight are left out.
/// </summary>
internal sealed class FixedColumns
{
    private const string Gap = "  ";

    private readonly Column[] columns;
    private readonly bool[] isShown;

    /// <summary>Chooses the columns.</summary>
    /// <param name="width">Columns of the screen that they may take; null for all that they need.</param>
    /// <param name="columns">All, from the left.</param>
    public FixedColumns(int? width, params Column[] columns)
    {
        this.columns = columns;
        isShown = [.. columns.Select(_ => true)];
        foreach (int least in Enumerable.Range(0, columns.Length).OrderBy(i => columns[i].Weight))
        {
            if (width is null || Total <= width || isShown.Count(one => one) == 1)
            {
                break;
            }

            isShown[least] = false;
        }
    }

    /// <summary>Characters of a whole line.</summary>
    public int Total => columns.Where((_, i) => isShown[i]).Sum(one => one.Width + Gap.Length) - Gap.Length;

    /// <summary>The titles.</summary>
    public string Header => Line([.. columns.Select(one => one.Title)]);

    /// <summary>A line of as many cells as there are columns, shown or not.</summary>
    public string Line(params string[] cells) => string.Join(Gap, columns
        .Select((column, i) => column.IsLeft ? cells[i].PadRight(column.Width) : cells[i].PadLeft(column.Width))
        .Where((_, i) => isShown[i])).TrimEnd();

    /// <summary>A column.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Width">Characters of a cell.</param>
    /// <param name="Weight">Those of the least go first.</param>
    /// <param name="IsLeft">Words, which stand to the left.</param>
    internal sealed record Column(string Title, int Width, int Weight, bool IsLeft = false);
}
