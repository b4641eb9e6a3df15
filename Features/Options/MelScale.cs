using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>How pitch is measured; formulas in <c>MelFilterbank</c>.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelScale>))]
public enum MelScale
{
    /// <summary>Linear to 1 kHz, logarithmic above: Slaney's Auditory Toolbox, librosa's default.</summary>
    [JsonStringEnumMemberName("slaney")]
    Slaney,

    /// <summary>2595 log10(1 + f / 700): HTK's, torchaudio's default.</summary>
    [JsonStringEnumMemberName("htk")]
    Htk,
}
