// How weights begin. All draws come from Philox by (seed, layer, element), so a seed gives one network everywhere.
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Networks;

/// <summary>The distribution that weights are drawn from; biases follow <see cref="FanIn"/> or are zero.</summary>
public enum Initializer
{
    /// <summary>
    /// Uniform in ±1/sqrt(fan-in), weights and biases: what PyTorch's Conv1d and Linear do (Kaiming with a = sqrt 5).
    /// </summary>
    [JsonStringEnumMemberName("fan_in")]
    FanIn,

    /// <summary>Uniform in ±sqrt(6/fan-in), zero biases (He et al., "Delving deep into rectifiers", 2015).</summary>
    [JsonStringEnumMemberName("kaiming_uniform")]
    KaimingUniform,

    /// <summary>Normal with deviation sqrt(2/fan-in), zero biases (the same paper).</summary>
    [JsonStringEnumMemberName("kaiming_normal")]
    KaimingNormal,

    /// <summary>
    /// Uniform in ±sqrt(6/(fan-in + fan-out)), zero biases (Glorot and Bengio, "Understanding the difficulty of
    /// training deep feedforward neural networks", 2010).
    /// </summary>
    [JsonStringEnumMemberName("xavier_uniform")]
    XavierUniform,

    /// <summary>Normal with deviation sqrt(2/(fan-in + fan-out)), zero biases (the same paper).</summary>
    [JsonStringEnumMemberName("xavier_normal")]
    XavierNormal,
}
