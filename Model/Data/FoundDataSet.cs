namespace NativeCnn.Model.Data;

/// <summary>What a reader found.</summary>
/// <param name="Reader">The reader, see <see cref="DataSet.Reader"/>.</param>
/// <param name="Clips">The clips.</param>
internal sealed record FoundDataSet(string Reader, List<FoundClip> Clips)
{
    /// <summary>See <see cref="DataSet.PublishedParts"/>.</summary>
    public bool PublishedParts { get; init; }

    /// <summary>True where labels are cells of a list, which may name several.</summary>
    public bool LabelsAreListed { get; init; }

    /// <summary>See <see cref="DataSet.BackgroundNoise"/>.</summary>
    public IReadOnlyList<string> BackgroundNoise { get; init; } = [];

    /// <summary>See <see cref="DataSet.Notes"/>.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
