using System.Text.Json.Serialization;

namespace NativeCnn.Model.FeatureSets;

/// <summary>With how many bits features are kept; networks compute with 32 either way.</summary>
public enum FeaturePrecision
{
    /// <summary>32 bits, as they are computed.</summary>
    [JsonStringEnumMemberName("fp32")]
    Fp32,

    /// <summary>16 bits (IEEE 754 binary16): half the room in memory, on disk and in the cache, 3 digits.</summary>
    [JsonStringEnumMemberName("fp16")]
    Fp16,
}
