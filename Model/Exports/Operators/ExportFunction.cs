namespace NativeCnn.Model.Exports.Operators;

/// <summary>A function of each element.</summary>
public enum ExportFunction
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x above 0, slope x else.</summary>
    LeakyRelu,

    /// <summary>x above 0, slope (e^x - 1) else.</summary>
    Elu,

    /// <summary>x times the normal distribution at x.</summary>
    Gelu,

    /// <summary>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    GeluTanh,

    /// <summary>x / (1 + e^-x).</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
}
