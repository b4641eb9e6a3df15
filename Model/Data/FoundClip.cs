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

/// <summary>What a reader found.</summary>
/// <param name="Reader">The reader, see <see cref="DataSet.Reader"/>.</param>
/// <param name="Clips">The clips.</param>
internal sealed record FoundDataSet(string Reader, List<FoundClip> Clips)
{
    /// <summary>See <see cref="DataSet.PublishedParts"/>.</summary>
    public bool PublishedParts { get; init; }

    /// <summary>See <see cref="DataSet.BackgroundNoise"/>.</summary>
    public IReadOnlyList<string> BackgroundNoise { get; init; } = [];

    /// <summary>See <see cref="DataSet.Notes"/>.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
