namespace NativeCnn.Model.Data;

/// <summary>Names in a message: the first twelve, and how many there are.</summary>
internal static class NameList
{
    private const int Shown = 12;

    public static string Of(IReadOnlyList<string> names)
    {
        string list = string.Join(", ", names.Take(Shown));
        return names.Count <= Shown ? list : $"{list}, ... ({names.Count} in all)";
    }
}
