using System.Text.Json.Serialization;
using NativeCnn.Features.Options;

namespace NativeCnn.Features.Augmentation;

/// <summary>A noise by its spectrum.</summary>
[JsonConverter(typeof(NamedEnumConverter<NoiseColor>))]
public enum NoiseColor
{
    /// <summary>No noise.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The same power at all frequencies.</summary>
    [JsonStringEnumMemberName("white")]
    White,

    /// <summary>The same power in every octave, about: rooms and crowds are nearer to it.</summary>
    [JsonStringEnumMemberName("pink")]
    Pink,
}
