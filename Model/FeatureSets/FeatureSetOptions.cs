using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Where a set of features is kept, and who is told of its making.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FeatureSetOptions
{
    /// <summary>Told how many clips are done, now and then; never by two threads at once.</summary>
    public Action<int>? Done { get; init; }

    /// <summary>
    /// Asked for features first, and given those that it did not have; null for none. Not asked where the sound is
    /// kept: every clip must be read then.
    /// </summary>
    public FeatureCache? Cache { get; init; }

    /// <summary>Where rows are kept; <see cref="FeatureMemory.Auto"/> is the device.</summary>
    public FeatureMemory Memory { get; init; }

    /// <summary>True keeps the sound instead of the features, for augmentation.</summary>
    public bool KeepSamples { get; init; }

    /// <summary>
    /// Which of the clips this process reads, where others need the same set; null for all. Clips that a cache is asked
    /// for are not shared: processes of one machine find each other's there.
    /// </summary>
    internal ClipShare? Share { get; init; }
}
