// Whether the label cells of a list name several labels, and at what letter they are taken apart. A class may be called
// `Animal|Dog`, so a separator alone decides nothing: taken apart, labels of which clips have several at once are fewer
// than the cells that they make, while the parts of names are more than the names.

using System.Globalization;

namespace NativeCnn.Model.Data;

/// <summary>Takes label cells apart.</summary>
internal static class SeveralLabels
{
    // A comma separates only where the user says that clips have several labels: it is frequent in names.
    private static readonly char[] Usual = [';', '|'];

    /// <summary>The labels of a cell, as they are written.</summary>
    public static string[] PartsOf(string cell, char separator) =>
        cell.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What separates labels in the cells of a list; null where each cell is one class.</summary>
    /// <param name="source">The data set, for the error.</param>
    /// <param name="found">Its clips.</param>
    /// <param name="options">What the user, or the run, says.</param>
    /// <exception cref="DataSetException">Several labels were asked for where there is no list.</exception>
    public static char? SeparatorOf(string source, FoundDataSet found, DataSetOptions options)
    {
        if (options.MultiLabel == MultiLabel.Off)
        {
            return null;
        }

        if (!found.LabelsAreListed)
        {
            return options.MultiLabel == MultiLabel.Auto ? null : throw new DataSetException(
                $"'{source}' is read as {found.Reader}, where a clip has one label: several (--multi-label) need a "
                + "list with path,label.");
        }

        string[] cells = [.. found.Clips.Select(clip => clip.Label).Where(label => label.Length > 0).Distinct()];
        if (options.MultiLabel == MultiLabel.On)
        {
            char[] all = [.. options.LabelSeparator is { } own ? [own, .. Usual] : Usual, ','];
            return all.Cast<char?>().FirstOrDefault(separator => cells.Any(cell => cell.Contains(separator!.Value)))
                ?? all[0];
        }

        char often = Usual.MaxBy(separator => cells.Count(cell => cell.Contains(separator)));
        int parts = cells.SelectMany(cell => PartsOf(cell, often)).Distinct().Count();
        return cells.Any(cell => cell.Contains(often)) && parts < cells.Length ? often : null;
    }

    /// <summary>What was understood, in one line.</summary>
    /// <param name="sets">The sets of labels.</param>
    /// <param name="clips">The clips.</param>
    public static string Note(LabelSets sets, IReadOnlyList<ClipEntry> clips)
    {
        int most = clips.Max(clip => sets[clip.LabelIndex].Count);
        int none = clips.Count(clip => sets[clip.LabelIndex].Count == 0);
        string each = clips.Average(clip => sets[clip.LabelIndex].Count).ToString("0.##", CultureInfo.InvariantCulture);
        return $"several labels a clip, separated by '{sets.Separator}': {sets.Labels} labels, {each} a clip and at most "
            + $"{most}, {none} of {clips.Count} clips with none; accuracy is the share of clips whose labels are all right "
            + "(--multi-label off takes every cell as one class)";
    }

    /// <summary>Refuses cells that are empty, where a clip has one label.</summary>
    /// <exception cref="DataSetException">One is.</exception>
    public static void RefuseEmpty(List<FoundClip> clips)
    {
        if (clips.Find(clip => clip.NoLabel is not null) is { } empty)
        {
            throw new DataSetException(empty.NoLabel!);
        }
    }
}
