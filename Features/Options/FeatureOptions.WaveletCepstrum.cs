// Wavelet transform: what takes the place of the mel bands in a wavelet cepstrum.
using System.Text.Json.Serialization;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>The wavelet of a <see cref="FeatureKind.WaveletCepstrum"/>; db4 by default.</summary>
    [JsonPropertyOrder(Order.WaveletCepstrum)]
    public string WaveletName { get; init; } = "db4";

    /// <summary>Its levels, from 1; 3 by default.</summary>
    [JsonPropertyOrder(Order.WaveletCepstrum)]
    public int WaveletLevels { get; init; } = 3;

    /// <summary>What stands beyond the ends of a spectrum there; by default the spectrum again.</summary>
    [JsonPropertyOrder(Order.WaveletCepstrum)]
    [JsonConverter(typeof(NamedEnumConverter<WaveletBorder>))]
    public WaveletBorder WaveletBorder { get; init; } = WaveletBorder.Periodized;

    private void ValidateWaveletCepstrum()
    {
        if (!Wavelet.Names.Contains(WaveletName))
        {
            throw new ArgumentException(
                $"WaveletName is '{WaveletName}': give one of {string.Join(", ", Wavelet.Names)}.",
                nameof(WaveletName));
        }

        Require(WaveletLevels is >= 1 and <= 16, nameof(WaveletLevels), WaveletLevels, "give 1 to 16");
        RequireDefined(WaveletBorder, nameof(WaveletBorder));
    }
}
