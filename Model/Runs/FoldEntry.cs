namespace NativeCnn.Model.Runs;

/// <summary>One fold of <see cref="FoldsSummary"/>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FoldEntry
{
    /// <summary>Its run folder, a name below the folder of <c>folds.json</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The group that was left out.</summary>
    public required string Group { get; init; }

    /// <summary>Accuracy on it after the last epoch, in [0, 1].</summary>
    public required double Accuracy { get; init; }

    /// <summary>Accuracy of the epoch that did best on it, whose weights are kept.</summary>
    public required double BestAccuracy { get; init; }

    /// <summary>That epoch.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Clips of the group.</summary>
    public required int Clips { get; init; }
}
