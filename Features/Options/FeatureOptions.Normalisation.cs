// Normalisation of each clip: cepstral mean normalisation.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>Whether each row's mean over the clip is taken from it: cepstral mean normalisation.</summary>
    [JsonPropertyOrder(Order.Normalisation)]
    public bool SubtractMean { get; init; }
}
