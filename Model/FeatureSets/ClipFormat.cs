using NativeCnn.Features.Options;

namespace NativeCnn.Model.FeatureSets;

/// <summary>How clips become the input of a network.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Features">The feature chain and its sample rate.</param>
/// <param name="ClipSamples">Samples that every clip is cut or padded to.</param>
public sealed record ClipFormat(FeatureOptions Features, int ClipSamples)
{
    /// <summary>With how many bits features are kept.</summary>
    public FeaturePrecision Precision { get; init; }

    /// <summary>Channels C of the network's input: coefficients or mel bands.</summary>
    public int Channels => Features.Rows;

    /// <summary>Time steps T of the network's input.</summary>
    public int Frames => Features.Frames(ClipSamples);
}
