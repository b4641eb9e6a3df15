// Clips as they are found, before the class names of the whole data set are known and can be numbered.

namespace NativeCnn.Model.Data;

internal sealed record FoundClip(string Path, string RelativePath, string Label)
{
    /// <summary>Where its label cell is empty, the error that says so where a clip must have a label.</summary>
    public string? NoLabel { get; init; }

    public SplitPart? Split { get; init; }

    /// <summary>The fold, where the data set names it.</summary>
    public string? Fold { get; init; }

    /// <summary>Whether it belongs to the published part of the data set that has a name of its own: ESC-10.</summary>
    public bool InSubset { get; init; }

    public IReadOnlyDictionary<string, string> Columns { get; init; } = ClipColumns.None;

    /// <summary>The part of the file, where a list names it.</summary>
    public ClipSegment? Segment { get; init; }
}
