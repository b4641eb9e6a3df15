using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Exponential linear unit: y = x where x is above 0, else a (e^x - 1); y' = 1, else a e^x. Source: Clevert,
/// Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units" (ICLR 2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Elu : IActivation<Elu>
{
    /// <inheritdoc/>
    public static float DefaultSlope => 1f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x > 0f ? x : slope * Elementary.ExpMinusOne(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) =>
        value > 0f ? dY : dY * (slope * Elementary.Exp(value));
}
