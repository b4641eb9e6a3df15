using NativeCnn.Features;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Training;

/// <summary>What augmentation of sound needs to come to features again.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Format">Features and clip length.</param>
/// <param name="Normalizer">The normalisation, fitted to features that nobody changed.</param>
public sealed record FeatureSource(ClipFormat Format, Normalizer Normalizer)
{
    /// <summary>The recordings of <see cref="AugmentationOptions.Background"/>, on the network's device.</summary>
    public RecordingBank? Background { get; init; }

    /// <summary>The room impulse responses of <see cref="AugmentationOptions.Rooms"/>, there too.</summary>
    public RecordingBank? Rooms { get; init; }
}
