using NativeCnn.Features.Options;
using NativeCnn.Model.Presets;

namespace NativeCnn.Tools.Importing;

/// <summary>A file of weights, and the network and features that it is for.</summary>
public sealed record ImportRequest
{
    /// <summary>The safetensors file.</summary>
    public required string File { get; init; }

    /// <summary>The network, and how it would be trained on.</summary>
    public required NetworkPreset Network { get; init; }

    /// <summary>The feature chain with its sample rate.</summary>
    public required FeatureOptions Features { get; init; }

    /// <summary>The length of clips in seconds.</summary>
    public required double ClipSeconds { get; init; }

    /// <summary>The classes in the order of the outputs; null for numbers, as many as the weights have.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
