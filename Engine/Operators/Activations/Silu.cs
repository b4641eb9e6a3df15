using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Sigmoid linear unit, also called swish: y = x s, s = 1 / (1 + e^-x); y' = s (1 + x (1 - s)). Source: Elfwing, Uchibe
/// and Doya, "Sigmoid-weighted linear units for neural network function approximation" (Neural Networks, 2018).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Silu : IActivation<Silu>
{
    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x * Elementary.Logistic(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) =>
        dY * (Elementary.Logistic(value) * (1f + (value * Elementary.Logistic(-value))));
}
