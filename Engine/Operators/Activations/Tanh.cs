using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Hyperbolic tangent: y = tanh x; y' = 1 - y^2, from x, so that it keeps its digits where y is near 1.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Tanh : IActivation<Tanh>
{
    /// <inheritdoc/>
    public static float Forward(float x, float slope) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => dY * Elementary.TanhDerivative(value);
}
