// What makes the result of a split look better, or mean less, than it should: one line each kind.

namespace NativeCnn.Model.Data;

/// <summary>Looks at a split before it is trained on.</summary>
public static class SplitNotes
{
    // Columns of lists that say who or what was recorded.
    private static readonly string[] TellingColumns =
    [
        "speaker", "speaker_id", "speakerid", "subject", "subject_id", "participant", "person", "patient", "patient_id",
        "client_id", "user", "user_id", "session", "recording", "recording_id", "src_file", "fsid", "source", "device",
    ];

    /// <summary>Lines on a split; none where all is well.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="split">Its split.</param>
    /// <param name="groupBy">What was kept on one side; null for nothing.</param>
    public static IReadOnlyList<string> Of(DataSet data, Split split, string? groupBy)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(split);
        List<string> notes = [];
        if (FilesOnTwoSides(data, split) is { } torn)
        {
            notes.Add(torn);
        }

        if (groupBy is null && GroupsOnTwoSides(data, split) is { } groups)
        {
            notes.Add(groups);
        }

        if (FewToValidate(data, split) is { } few)
        {
            notes.Add(few);
        }

        return notes;
    }

    private static string? FilesOnTwoSides(DataSet data, Split split)
    {
        if (!data.Entries.Any(entry => entry.Segment is not null))
        {
            return null;
        }

        string[] torn = OnTwoSides(split, i => data.Entries[i].Path);
        return torn.Length == 0 ? null
            : $"{Counted(torn.Length, "file has", "files have")} segments on two sides of the split, so the result "
                + $"flatters: {torn[0]}";
    }

    private static string? GroupsOnTwoSides(DataSet data, Split split)
    {
        IEnumerable<string> columns = data.Entries.Count > 0
            ? data.Entries[0].Columns.Keys.Where(
                column => TellingColumns.Contains(column, StringComparer.OrdinalIgnoreCase))
            : [];
        foreach (string groupBy in columns.Append(GroupBy.Speaker).Append(GroupBy.Prefix).Distinct())
        {
            bool isColumn = data.Entries[0].Columns.ContainsKey(groupBy);
            if ((!isColumn && !NamesCarry(data, groupBy)) || Telling(data, groupBy) is not { } groups)
            {
                continue;
            }

            string[] torn = OnTwoSides(split, i => groups[i]);
            if (torn.Length > 0)
            {
                string what = groupBy == GroupBy.Prefix
                    ? Counted(torn.Length, "prefix of file names is", "prefixes of file names are")
                    : $"{Counted(torn.Length, $"{groupBy} is", $"{Plural(groupBy)} are")}";
                return $"{what} on both sides of the split, '{torn[0]}' for one: where that is one voice or recording "
                    + $"the result flatters; --group {groupBy} keeps them apart";
            }
        }

        return null;
    }

    // A prefix is followed by something; a speaker stands behind the label.
    private static bool NamesCarry(DataSet data, string groupBy) => data.Entries.All(entry =>
    {
        string[] fields = Path.GetFileNameWithoutExtension(entry.RelativePath).Split('_', '-');
        return groupBy == GroupBy.Prefix
            ? fields.Length > 1
            : fields.Length > 2 && UnicodeForm.C(fields[0]).Equals(entry.Label, StringComparison.OrdinalIgnoreCase);
    });

    // Groups that clearly are some: several, most of them of two clips or more and not of one class alone.
    private static string[]? Telling(DataSet data, string groupBy)
    {
        string[] groups;
        try
        {
            groups = GroupBy.Of(data, groupBy);
        }
        catch (DataSetException)
        {
            return null; // names without a speaker, a column with gaps
        }

        int count = groups.Distinct().Count();
        int pairs = groups.Select((group, i) => (group, data.Entries[i].LabelIndex)).Distinct().Count();
        bool clearly = count > 1 && 2 * count <= groups.Length && 2 * pairs >= 3 * count;
        return clearly ? groups : null;
    }

    private static string? FewToValidate(DataSet data, Split split)
    {
        int[] counts = new int[data.Labels.Count];
        HashSet<int> trained = data.LabelsIn(split.Train);
        foreach (int label in split.Validation.SelectMany(i => data.LabelsOf(data.Entries[i])))
        {
            counts[label]++;
        }

        string[] none = [.. trained.Order().Where(label => counts[label] == 0).Select(label => data.Labels[label])];
        string[] one = [.. trained.Order().Where(label => counts[label] == 1).Select(label => data.Labels[label])];
        if (none.Length + one.Length == 0)
        {
            return null;
        }

        string[] parts =
        [
            none.Length == 0 ? ""
                : $"{Counted(none.Length, "class has", "classes have")} no validation clip ({NameList.Of(none)})",
            one.Length == 0 ? ""
                : $"{Counted(one.Length, "class has", "classes have")} one validation clip ({NameList.Of(one)})",
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0))
            + ": their figures say little; add clips, or take --folds or a larger --validation";
    }

    private static string[] OnTwoSides(Split split, Func<int, string> of)
    {
        HashSet<string> trained = [.. split.Train.Select(of)];
        HashSet<string> validated = [.. split.Validation.Select(of)];
        HashSet<string> tested = [.. split.Test.Select(of)];
        return
        [
            .. trained.Where(name => validated.Contains(name) || tested.Contains(name))
                .Concat(validated.Where(name => !trained.Contains(name) && tested.Contains(name)))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Plural(string name) => name.EndsWith('s') ? name : name + "s";

    private static string Counted(int count, string one, string more) => $"{count} {(count == 1 ? one : more)}";
}
