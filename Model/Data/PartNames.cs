// What people call the parts of a split, in columns, folders and names of lists. One table.

namespace NativeCnn.Model.Data;

internal static class PartNames
{
    private static readonly Dictionary<string, SplitPart> Parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = SplitPart.Train,
        ["training"] = SplitPart.Train,
        ["validation"] = SplitPart.Validation,
        ["validate"] = SplitPart.Validation,
        ["valid"] = SplitPart.Validation,
        ["val"] = SplitPart.Validation,
        ["dev"] = SplitPart.Validation,
        ["development"] = SplitPart.Validation,
        ["test"] = SplitPart.Test,
        ["testing"] = SplitPart.Test,
        ["eval"] = SplitPart.Test,
        ["evaluation"] = SplitPart.Test,
    };

    private static readonly Dictionary<string, SplitPart>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Parts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The part of a name, case ignored; null for any other name.</summary>
    public static SplitPart? Of(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out SplitPart part) ? part : null;

    /// <summary>The part that a word of a list's name says: <c>train.csv</c>, <c>meta_test.csv</c>.</summary>
    public static SplitPart? OfList(string file)
    {
        string[] words = Path.GetFileNameWithoutExtension(file).Split('_', '-', '.', ' ');
        SplitPart?[] parts = [.. words.Select(word => Of(word)).Where(part => part is not null).Distinct()];
        return parts.Length == 1 ? parts[0] : null;
    }
}
