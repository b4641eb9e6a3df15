// What a training says of its data before it begins: which reader took it, and how it is split.
using NativeCnn.Cli.Output;
using NativeCnn.Model.Data;

namespace NativeCnn.Cli.Commands;

internal static class DataNotes
{
    /// <summary>A line a fact; none about data that is split in the usual way.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="group">What keeps clips together, or null.</param>
    /// <param name="folds">True leaves each group out in turn.</param>
    /// <param name="validationGiven">True draws the validation clips anew.</param>
    public static List<string> Of(DataSet data, string? group, bool folds, bool validationGiven)
    {
        List<string> notes = [.. data.Notes];
        string? split = SplitOf(data, group, folds, validationGiven);
        if (data.PublishedParts || split is not null)
        {
            notes.Add(split is null ? $"read as {data.Reader}" : $"read as {data.Reader}: {split}");
        }

        return notes;
    }

    private static string? SplitOf(DataSet data, string? group, bool folds, bool validationGiven)
    {
        int test = data.Entries.Count(entry => entry.Split == SplitPart.Test);
        int validation = data.Entries.Count(entry => entry.Split == SplitPart.Validation);
        string own = test + validation > 0 ? "parts" : "folds";
        if (test + validation == 0 && data.Folds.Count == 0)
        {
            return null;
        }

        if (folds)
        {
            return group == "fold" ? $"each of its {data.Folds.Count} folds is left out in turn"
                : $"its own {own} are set aside, each {group} is left out in turn";
        }

        if (group is not null && (data.PublishedParts || own == "folds"))
        {
            return $"its own {own} are set aside by --group {group}";
        }

        if (own == "folds")
        {
            return validationGiven ? "its own folds are set aside by --validation"
                : $"its fold '{data.Folds[^1]}' validates (--folds leaves each out in turn)";
        }

        string kept = test > 0 ? $"{Show.Count(test)} test clips are kept out" : "";
        string validates = validation == 0 ? ""
            : validationGiven ? "its validation clips are drawn anew"
            : "its own validation clips are kept";
        return string.Join(", ", new[] { validates, kept }.Where(part => part.Length > 0));
    }
}
