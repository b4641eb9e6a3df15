// Conditioning: what is done to a frame's samples before its window: scale, mean, pre-emphasis.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>What samples, which are from -1 to 1, are multiplied by; 1 by default, 32,768 for Kaldi.</summary>
    [JsonPropertyOrder(Order.Conditioning)]
    public double SampleScale { get; init; } = 1;

    /// <summary>Whether each frame's mean is taken from it first; false by default.</summary>
    [JsonPropertyOrder(Order.Conditioning)]
    public bool RemoveDc { get; init; }

    /// <summary>
    /// c of x[n] - c x[n - 1] within each frame, before the window; its first sample becomes (1 - c) x[0]. From 0, the
    /// default, for none, to 1.
    /// </summary>
    [JsonPropertyOrder(Order.Conditioning)]
    public double PreEmphasis { get; init; }

    private void ValidateConditioning()
    {
        Require(
            SampleScale > 0 && double.IsFinite(SampleScale), nameof(SampleScale), SampleScale,
            "give a number above 0");
        Require(PreEmphasis is >= 0 and <= 1, nameof(PreEmphasis), PreEmphasis, "give 0 for none, to 1");
    }
}
