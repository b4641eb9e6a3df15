using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>Which frequency a bin of the spectrum stands for when mel triangles are laid over it.</summary>
[JsonConverter(typeof(NamedEnumConverter<BinGrid>))]
public enum BinGrid
{
    /// <summary>Bin k at k * rate / fft: the transform's own, librosa's.</summary>
    [JsonStringEnumMemberName("fourier")]
    Fourier,

    /// <summary>
    /// Bins spread evenly from 0 to floor(rate / 2): torchaudio's. Differs from Fourier for odd lengths and odd rates.
    /// </summary>
    [JsonStringEnumMemberName("linspace")]
    Linspace,
}
