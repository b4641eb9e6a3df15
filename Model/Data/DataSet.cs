// A data set: class names and labelled clips, in an order that depends on nothing but their names.

namespace NativeCnn.Model.Data;

/// <summary>Labelled clips and the names of their classes.</summary>
/// <param name="Source">The folder or CSV file it was read from.</param>
/// <param name="Labels">
/// The class names, in ordinal order unless the caller gave its own; digits come out as 0 to 9.
/// </param>
/// <param name="Entries">The clips, by <see cref="ClipEntry.RelativePath"/> in ordinal order.</param>
public sealed record DataSet(string Source, IReadOnlyList<string> Labels, IReadOnlyList<ClipEntry> Entries)
{
    /// <summary>The number of clips of each class, in the order of <see cref="Labels"/>.</summary>
    /// <returns>An array of shape [classes].</returns>
    public int[] CountByLabel()
    {
        int[] counts = new int[Labels.Count];
        foreach (ClipEntry entry in Entries)
        {
            counts[entry.LabelIndex]++;
        }

        return counts;
    }
}
