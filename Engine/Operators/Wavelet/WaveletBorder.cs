using System.Text.Json.Serialization;

namespace NativeCnn.Engine.Operators;

/// <summary>What stands beyond the ends of a row.</summary>
public enum WaveletBorder
{
    /// <summary>The row mirrored, its end samples repeated.</summary>
    [JsonStringEnumMemberName("symmetric")]
    Symmetric,

    /// <summary>The row again, made even; as many coefficients as samples.</summary>
    [JsonStringEnumMemberName("periodized")]
    Periodized,
}
