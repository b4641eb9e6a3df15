using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>How the cosine transform is scaled.</summary>
[JsonConverter(typeof(NamedEnumConverter<DctNorm>))]
public enum DctNorm
{
    /// <summary>Twice the plain sum, as SciPy and torchaudio have it.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Rows of length 1, so that the transform is a rotation.</summary>
    [JsonStringEnumMemberName("ortho")]
    Ortho,

    /// <summary>The plain sum times sqrt(2 / bands), the first row too: HTK's, for type 2.</summary>
    [JsonStringEnumMemberName("htk")]
    Htk,
}
