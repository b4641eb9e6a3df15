namespace NativeCnn.Tools.Exporting.C;

/// <summary>What a source is called, and what its head says.</summary>
internal sealed record CSourceOptions
{
    /// <summary>The files' name without ending, and the prefix of its symbols.</summary>
    public required string Name { get; init; }

    /// <summary>What it was made of, for the head's comment: a line each.</summary>
    public IReadOnlyList<string> About { get; init; } = [];

    /// <summary>The classes.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Where a clip may have several labels: from which probability on each counts; null else.</summary>
    public IReadOnlyList<float>? Thresholds { get; init; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; }

    /// <summary>The frame at which each stretch begins that the network is given; null for whole clips.</summary>
    public IReadOnlyList<int>? Crops { get; init; }
}
