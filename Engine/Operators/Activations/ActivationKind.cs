using System.Text.Json.Serialization;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The functions of a network file's layer <c>activation</c>, each with its name there. ReLU and the logistic function
/// have layer types of their own.
/// </summary>
public enum ActivationKind
{
    /// <summary>x, or a small share of it below 0.</summary>
    [JsonStringEnumMemberName("leaky_relu"), Activation<LeakyRelu>]
    LeakyRelu,

    /// <summary>x, or a (e^x - 1) below 0.</summary>
    [JsonStringEnumMemberName("elu"), Activation<Elu>]
    Elu,

    /// <summary>x times the normal distribution at x.</summary>
    [JsonStringEnumMemberName("gelu"), Activation<Gelu>]
    Gelu,

    /// <summary>The same, by a hyperbolic tangent.</summary>
    [JsonStringEnumMemberName("gelu_tanh"), Activation<GeluTanh>]
    GeluTanh,

    /// <summary>x times the logistic function of x.</summary>
    [JsonStringEnumMemberName("silu"), Activation<Silu>]
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    [JsonStringEnumMemberName("tanh"), Activation<Tanh>]
    Tanh,
}
