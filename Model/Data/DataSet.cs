// A data set: class names and labelled clips, in an order that depends on nothing but their names.

namespace NativeCnn.Model.Data;

/// <summary>Labelled clips and the names of their classes.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Source">The folder or CSV file it was read from.</param>
/// <param name="Labels">
/// The class names, in ordinal order unless the caller gave its own; digits come out as 0 to 9.
/// </param>
/// <param name="Entries">The clips, by <see cref="ClipEntry.RelativePath"/> in ordinal order.</param>
public sealed record DataSet(string Source, IReadOnlyList<string> Labels, IReadOnlyList<ClipEntry> Entries)
{
    private IReadOnlyList<string>? folds;
    private int[][]? single;

    /// <summary>
    /// Which reader took it: <c>class folders</c>, <c>file names</c>, <c>Edge Impulse</c>, <c>list beside</c>,
    /// <c>CSV</c>, or a published data set it knows,
    /// <c>FSDD</c>, <c>ESC-50</c>, <c>ESC-10</c>, <c>UrbanSound8K</c>, <c>Speech Commands</c>.
    /// </summary>
    public string Reader { get; init; } = "made in memory";

    /// <summary>
    /// True where split and folds are those that the data set was published with: a grouping sets them aside. False
    /// where a list of the user's own names them, which no grouping may contradict.
    /// </summary>
    public bool PublishedParts { get; init; }

    /// <summary>
    /// Sounds of no class, to be mixed into training clips: what lies in a folder <c>_background_noise_</c>.
    /// </summary>
    public IReadOnlyList<string> BackgroundNoise { get; init; } = [];

    /// <summary>What is odd about it, a line each: listed clips that are not there, empty folders.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// The folds that it names, numbers by their value; empty unless every clip has one and there are two.
    /// </summary>
    public IReadOnlyList<string> Folds => folds ??= FindFolds();

    /// <summary>
    /// The sets of labels that clips have, where a clip may have several or none; null where each has one.
    /// </summary>
    public LabelSets? LabelSets { get; init; }

    /// <summary>The labels of a clip, as indices into <see cref="Labels"/>: one, unless it may have several.</summary>
    /// <param name="entry">A clip of this data set.</param>
    public IReadOnlyList<int> LabelsOf(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return LabelSets is { } sets
            ? sets[entry.LabelIndex]
            : (single ??= [.. Enumerable.Range(0, Labels.Count).Select(label => (int[])[label])])[entry.LabelIndex];
    }

    /// <summary>The labels that any of these clips have.</summary>
    /// <param name="clips">Indices into <see cref="Entries"/>.</param>
    internal HashSet<int> LabelsIn(IEnumerable<int> clips)
    {
        HashSet<int> numbers = [.. clips.Select(i => Entries[i].LabelIndex)];
        return LabelSets is { } sets ? [.. numbers.SelectMany(number => sets[number])] : numbers;
    }

    /// <summary>The number of clips of each class, in the order of <see cref="Labels"/>.</summary>
    /// <returns>An array of shape [classes].</returns>
    public int[] CountByLabel()
    {
        int[] counts = new int[Labels.Count];
        foreach (ClipEntry entry in Entries)
        {
            foreach (int label in LabelsOf(entry))
            {
                counts[label]++;
            }
        }

        return counts;
    }

    private string[] FindFolds()
    {
        if (!Entries.All(entry => entry.Fold is { Length: > 0 }))
        {
            return [];
        }

        string[] names = [.. Entries.Select(entry => entry.Fold!).Distinct().Order(NumbersThenNames.Order)];
        return names.Length > 1 ? names : [];
    }
}
