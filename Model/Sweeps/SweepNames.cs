namespace NativeCnn.Model.Sweeps;

/// <summary>What a sweep may set: the options of <c>train</c>, which are declared where they are read.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record SweepNames
{
    /// <summary>The options without their dashes in front.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    /// <summary>Those that a sweep sets itself, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }

    /// <summary>What is wrong with a value of an option; null where nothing is.</summary>
    public required Func<SweepSetting, string?> Complaint { get; init; }
}
