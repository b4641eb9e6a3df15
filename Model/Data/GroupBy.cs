// Which clips must stay together. Clips of one speaker, one recording or one machine resemble each other; with some
// of them in training, the rest measure memory, not hearing. A group is never on both sides of a split.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Data;

/// <summary>Names the group of every clip.</summary>
public static class GroupBy
{
    /// <summary>The file name up to its first <c>-</c> or <c>_</c>; the whole name where there is neither.</summary>
    public const string Prefix = "prefix";

    /// <summary>The second field of <c>{label}_{speaker}_{index}</c>.</summary>
    public const string Speaker = "speaker";

    /// <summary>The group of every clip.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="groupBy">
    /// A column (case ignored) of the CSV or the published data set, else <see cref="Prefix"/> or
    /// <see cref="Speaker"/>. A column that has one of these two names is taken before the file name is.
    /// </param>
    /// <returns>A group name a clip, in the order of <see cref="DataSet.Entries"/>.</returns>
    /// <exception cref="DataSetException">There is no such column, or a file name has no speaker in it.</exception>
    public static string[] Of(DataSet data, string groupBy)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(groupBy);
        if (data.Entries.Count > 0 && data.Entries[0].Columns.ContainsKey(groupBy))
        {
            return Map(data, entry => ColumnOf(entry, groupBy));
        }

        return groupBy switch
        {
            Prefix => Map(data, PrefixOf),
            Speaker => Map(data, SpeakerOf),
            _ => throw NoSuchColumn(data, groupBy),
        };
    }

    // One string a group, not a clip.
    private static string[] Map(DataSet data, Func<ClipEntry, string> groupOf)
    {
        Dictionary<string, string> groups = new(StringComparer.Ordinal);
        string[] map = new string[data.Entries.Count];
        for (int i = 0; i < map.Length; i++)
        {
            string group = groupOf(data.Entries[i]);
            map[i] = groups.TryGetValue(group, out string? known) ? known : groups[group] = UnicodeForm.C(group);
        }

        return map;
    }

    private static string ColumnOf(ClipEntry entry, string column) =>
        entry.Columns.TryGetValue(column, out string? group) && group.Length > 0
            ? group
            : throw new DataSetException($"The column '{column}' of '{entry.RelativePath}' is empty: fill it in.");

    private static string PrefixOf(ClipEntry entry)
    {
        string name = Path.GetFileNameWithoutExtension(entry.Path);
        int end = name.AsSpan().IndexOfAny('-', '_');
        return end > 0 ? name[..end] : name;
    }

    private static string SpeakerOf(ClipEntry entry)
    {
        string[] fields = Path.GetFileNameWithoutExtension(entry.Path).Split('_');
        return fields.Length >= 3 && fields[1].Length > 0
            ? fields[1]
            : throw new DataSetException(
                $"No speaker in the file name '{entry.RelativePath}': name it {{label}}_{{speaker}}_{{index}}, "
                + "or group by something else.");
    }

    private static DataSetException NoSuchColumn(DataSet data, string groupBy)
    {
        IEnumerable<string> columns = data.Entries.Count > 0 ? data.Entries[0].Columns.Keys : [];
        string[] choices = [.. columns.Append(Prefix).Append(Speaker).Distinct()];
        return new DataSetException(
            $"Cannot group '{data.Source}' by '{groupBy}'{Suggestion.For(groupBy, choices)}: choose one of " +
            $"{string.Join(", ", choices)}.");
    }
}
