namespace NativeCnn.Engine.Messages;

/// <summary>What somebody may have meant who wrote a name that is not there.</summary>
public static class Suggestion
{
    /// <summary>The nearest of the names, as <c>: did you mean 'taps'?</c>; empty where none is near.</summary>
    public static string For(string written, IEnumerable<string> names) =>
        Nearest(written, names) is { } near ? $": did you mean '{near}'?" : "";

    /// <summary>The same before a list of the names: <c>;</c> where none is near.</summary>
    public static string Before(string written, IEnumerable<string> names) =>
        For(written, names) is { Length: > 0 } near ? near : ";";

    /// <summary>The nearest of the names, null where none is near.</summary>
    public static string? Nearest(string written, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(names);
        return names
            .Select(name => (Name: name, Distance: Distance(written, name)))
            .Where(one => one.Distance <= Math.Max(2, one.Name.Length / 3) && one.Distance < one.Name.Length)
            .OrderBy(one => one.Distance)
            .Select(one => one.Name)
            .FirstOrDefault();
    }

    /// <summary>Levenshtein's distance: the fewest insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
