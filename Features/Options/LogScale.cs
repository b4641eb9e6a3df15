using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>Which logarithm is taken of the mel spectrogram.</summary>
[JsonConverter(typeof(NamedEnumConverter<LogScale>))]
public enum LogScale
{
    /// <summary>10 log10(max(x, floor) / reference), limited to topDb below the clip's loudest value.</summary>
    [JsonStringEnumMemberName("db")]
    Decibel,

    /// <summary>ln(x + offset).</summary>
    [JsonStringEnumMemberName("ln")]
    Natural,

    /// <summary>ln(max(x, floor)): Kaldi's and HTK's.</summary>
    [JsonStringEnumMemberName("ln_floor")]
    FlooredNatural,

    /// <summary>log10(max(x, floor)).</summary>
    [JsonStringEnumMemberName("log10")]
    Log10,

    /// <summary>As <see cref="Decibel"/>, of a magnitude: 20 log10(max(x, floor) / reference).</summary>
    [JsonStringEnumMemberName("db_magnitude")]
    MagnitudeDecibel,
}
