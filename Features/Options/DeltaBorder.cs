using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>What deltas see beyond the ends of a clip; scipy.signal.savgol_filter's modes.</summary>
[JsonConverter(typeof(NamedEnumConverter<DeltaBorder>))]
public enum DeltaBorder
{
    /// <summary>Nothing: the window stands still where it last fits, and its line or parabola is read there.</summary>
    [JsonStringEnumMemberName("interp")]
    Interpolated,

    /// <summary>The first and the last frame, again and again.</summary>
    [JsonStringEnumMemberName("nearest")]
    Nearest,

    /// <summary>The frames mirrored, the end ones not repeated.</summary>
    [JsonStringEnumMemberName("mirror")]
    Mirrored,

    /// <summary>Zeros.</summary>
    [JsonStringEnumMemberName("constant")]
    Zero,

    /// <summary>The frames again and again.</summary>
    [JsonStringEnumMemberName("wrap")]
    Wrapped,
}
