namespace NativeCnn.Model.FeatureSets;

/// <summary>Where a set of features is kept, and who is told of its making.</summary>
public sealed record FeatureSetOptions
{
    /// <summary>Told how many clips are done, now and then.</summary>
    public Action<int>? Done { get; init; }

    /// <summary>
    /// Asked for features first, and given those that it did not have; null for none. Not asked where the sound is
    /// kept: every clip must be read then.
    /// </summary>
    public FeatureCache? Cache { get; init; }

    /// <summary>True keeps the features in the machine's memory, where the device has no room for them.</summary>
    public bool KeepOnHost { get; init; }

    /// <summary>True keeps the sound on the device too, for augmentation.</summary>
    public bool KeepSamples { get; init; }
}
