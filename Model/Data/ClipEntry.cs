// One clip of a data set, as found on disk: where it lies, which class it belongs to, which side of a split it was
// given. The sound itself is decoded later, by Features.

namespace NativeCnn.Model.Data;

/// <summary>One labelled clip.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Path">The file to open.</param>
/// <param name="RelativePath">
/// The path below the data set's folder, with <c>/</c> between its parts, in Unicode's form C: the sort key.
/// </param>
/// <param name="LabelIndex">
/// The class as an index into <see cref="DataSet.Labels"/>; where a clip may have several labels, its set of them as an
/// index into <see cref="DataSet.LabelSets"/>.
/// </param>
/// <param name="Label">The class by name; of several labels all, in order, with the list's separator between.</param>
/// <param name="Split">The side of the split, where a column <c>split</c> or a list of the data set names it.</param>
/// <param name="Fold">The fold, where the data set names it.</param>
/// <param name="Columns">
/// Every column of a list but those of path, label and segment, by name (case ignored); what a published data set says
/// of its clips, such as the speaker; empty for other folders.
/// </param>
public sealed record ClipEntry(
    string Path,
    string RelativePath,
    int LabelIndex,
    string Label,
    SplitPart? Split,
    string? Fold,
    IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The part of the file that the clip is; null for the whole of it.</summary>
    public ClipSegment? Segment { get; init; }
}
