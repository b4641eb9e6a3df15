using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>What the chain ends with.</summary>
[JsonConverter(typeof(NamedEnumConverter<FeatureKind>))]
public enum FeatureKind
{
    /// <summary>Cosine transform of the log mel spectrogram: [coefficients, frames].</summary>
    [JsonStringEnumMemberName("mfcc")]
    Mfcc,

    /// <summary>The log mel spectrogram itself: [bands, frames].</summary>
    [JsonStringEnumMemberName("logmel")]
    LogMel,

    /// <summary>
    /// Cosine transform of the liftered wavelet coefficients of the log spectrum, without mel bands:
    /// [coefficients, frames]. The article's.
    /// </summary>
    [JsonStringEnumMemberName("wavelet_cepstrum")]
    WaveletCepstrum,

    /// <summary>The samples themselves, for networks that begin with the waveform: [1, samples].</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,
}
