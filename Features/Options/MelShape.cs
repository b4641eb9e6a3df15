using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>On which axis the mel triangles have straight sides.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelShape>))]
public enum MelShape
{
    /// <summary>Over frequency: librosa's and torchaudio's.</summary>
    [JsonStringEnumMemberName("hertz")]
    Hertz,

    /// <summary>Over pitch: Kaldi's and HTK's.</summary>
    [JsonStringEnumMemberName("mel")]
    Mel,
}
