// Clips as they are found, before the class names of the whole data set are known and can be numbered.

namespace NativeCnn.Model.Data;

internal sealed record FoundClip(string Path, string RelativePath, string Label)
{
    private static readonly Dictionary<string, string> NoColumns = [];

    public SplitPart? Split { get; init; }

    /// <summary>Whether it belongs to the published part of the data set that has a name of its own: ESC-10.</summary>
    public bool InSubset { get; init; }

    public IReadOnlyDictionary<string, string> Columns { get; init; } = NoColumns;
}
