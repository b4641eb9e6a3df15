// Spectrum: what is taken of a frame's Fourier transform.
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>1 for the spectrum's magnitude, 2, the default, for its power.</summary>
    [JsonPropertyOrder(Order.Spectrum)]
    public int Power { get; init; } = 2;

    /// <summary>Bins of the spectrum: floor(fft / 2) + 1.</summary>
    [JsonIgnore]
    public int Bins => (FftSize / 2) + 1;

    private void ValidateSpectrum()
    {
        Require(Power is 1 or 2, nameof(Power), Power, "give 1 for magnitude or 2 for power");
    }
}
