using NativeCnn.Features;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Training;

/// <summary>What augmentation of sound needs to come to features again.</summary>
/// <param name="Format">Features and clip length.</param>
/// <param name="Normalizer">The normalisation, fitted to features that nobody changed.</param>
public sealed record FeatureSource(ClipFormat Format, Normalizer Normalizer);
