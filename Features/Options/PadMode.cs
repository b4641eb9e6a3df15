using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>What lies beyond the ends of a clip when frames are centred.</summary>
[JsonConverter(typeof(NamedEnumConverter<PadMode>))]
public enum PadMode
{
    /// <summary>Silence.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>The clip mirrored at its end samples, which are not repeated.</summary>
    [JsonStringEnumMemberName("reflect")]
    Reflect,

    /// <summary>The clip mirrored at its ends, whose samples are repeated: Kaldi's.</summary>
    [JsonStringEnumMemberName("symmetric")]
    Symmetric,

    /// <summary>The first and the last sample, again and again: PyTorch's <c>replicate</c>.</summary>
    [JsonStringEnumMemberName("edge")]
    Edge,

    /// <summary>The clip again and again: PyTorch's <c>circular</c>.</summary>
    [JsonStringEnumMemberName("wrap")]
    Wrap,
}
