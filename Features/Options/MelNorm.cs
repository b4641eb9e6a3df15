using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>How tall the triangles of the mel filterbank are.</summary>
[JsonConverter(typeof(NamedEnumConverter<MelNorm>))]
public enum MelNorm
{
    /// <summary>Peaks of 1.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Areas of 1 Hz: each triangle divided by half its width in Hz.</summary>
    [JsonStringEnumMemberName("slaney")]
    Slaney,

    /// <summary>Weights of sum 1: librosa's norm of 1.</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>Weights of length 1: librosa's norm of 2.</summary>
    [JsonStringEnumMemberName("length")]
    Length,

    /// <summary>The largest weight is 1, wherever the bins lie: librosa's norm of infinity.</summary>
    [JsonStringEnumMemberName("peak")]
    Peak,
}
