// From labels as they are written to their numbers: of classes where a clip has one, of sets where it may have several.

namespace NativeCnn.Model.Data;

/// <summary>Numbers labels, and sets of them as they come.</summary>
internal sealed class LabelNumbers
{
    private readonly IReadOnlyList<string> labels;
    private readonly char? separator;

    // By the label as it is written too, so that a form is computed once a class and not once a clip.
    private readonly Dictionary<string, int> indexOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> setOf = new(StringComparer.Ordinal);
    private readonly List<int[]> sets = [];
    private readonly List<string> setNames = [];

    /// <summary>Begins.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="separator">What separates several in a cell; null where a cell is one.</param>
    public LabelNumbers(IReadOnlyList<string> labels, char? separator)
    {
        this.labels = labels;
        this.separator = separator;
        for (int i = 0; i < labels.Count; i++)
        {
            indexOf.TryAdd(UnicodeForm.C(labels[i]), i);
        }
    }

    /// <summary>The sets so far; null where a cell is one label.</summary>
    public LabelSets? Sets => separator is { } between ? new LabelSets(sets, labels.Count, between) : null;

    /// <summary>The name of a number: a class, or the labels of a set with the separator between them.</summary>
    public string NameOf(int number) => separator is null ? labels[number] : setNames[number];

    /// <summary>The number of a cell; false where it names a label that is none.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="number">Of the class, or of the set.</param>
    /// <param name="unknown">The label that is none.</param>
    public bool TryFind(string cell, out int number, out string unknown)
    {
        unknown = cell;
        if (separator is not { } between)
        {
            return TryLabel(cell, out number);
        }

        if (setOf.TryGetValue(cell, out number))
        {
            return true;
        }

        List<int> found = [];
        foreach (string part in SeveralLabels.PartsOf(cell, between))
        {
            if (!TryLabel(part, out int label))
            {
                unknown = part;
                return false;
            }

            found.Add(label);
        }

        int[] set = [.. found.Distinct().Order()];
        string name = string.Join(between, set.Select(label => labels[label]));
        if (!setOf.TryGetValue(name, out number))
        {
            number = sets.Count;
            sets.Add(set);
            setNames.Add(name);
            setOf.Add(name, number);
        }

        setOf.TryAdd(cell, number);
        return true;
    }

    private bool TryLabel(string written, out int index)
    {
        if (indexOf.TryGetValue(written, out index))
        {
            return true;
        }

        if (!indexOf.TryGetValue(UnicodeForm.C(written), out index))
        {
            return false;
        }

        indexOf.Add(written, index);
        return true;
    }
}
