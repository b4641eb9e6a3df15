namespace NativeCnn.Engine.Messages;

/// <summary>What somebody may have meant who wrote a name that is not there.</summary>
public static class Suggestion
{
    // Shorter beginnings are those of many words.
    private const int LeastBeginning = 3;

    /// <summary>The nearest of the names, as <c>: did you mean 'taps'?</c>; empty where none is near.</summary>
    public static string For(string written, IEnumerable<string> names) =>
        Nearest(written, names) is { } near ? $": did you mean '{near}'?" : "";

    /// <summary>The same before a list of the names: <c>;</c> where none is near.</summary>
    public static string Before(string written, IEnumerable<string> names) =>
        For(written, names) is { Length: > 0 } near ? near : ";";

    /// <summary>
    /// The nearest of the names, in lower or upper case; else one that begins with what was written. Null where there
    /// is neither.
    /// </summary>
    public static string? Nearest(string written, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(names);
        string lower = written.ToLowerInvariant();
        (string Name, int Distance)[] all =
            [.. names.Select(name => (Name: name, Distance: Distance(lower, name.ToLowerInvariant())))];
        return all
            .Where(one => one.Distance <= Math.Max(2, one.Name.Length / 3) && one.Distance < one.Name.Length)
            .OrderBy(one => one.Distance)
            .Concat(all
                .Where(one => lower.Trim('-').Length >= LeastBeginning
                    && one.Name.StartsWith(lower, StringComparison.OrdinalIgnoreCase))
                .OrderBy(one => one.Name.Length))
            .Select(one => one.Name)
            .FirstOrDefault();
    }

    /// <summary>
    /// The fewest insertions, deletions, replacements and exchanges of neighbours: Levenshtein's distance with
    /// Damerau's exchanges, no letter changed twice.
    /// </summary>
    private static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[b.Length];
    }
}
