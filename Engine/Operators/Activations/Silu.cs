using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Sigmoid linear unit, also called swish: y = x s, s = 1 / (1 + e^-x); y' = s (1 + x (1 - s)). Source: Elfwing, Uchibe
/// and Doya, "Sigmoid-weighted linear units for neural network function approximation" (Neural Networks, 2018).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Silu : IActivation<Silu>, IVectorFunction<Silu>
{
    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x * Elementary.Logistic(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) =>
        dY * (Elementary.Logistic(value) * (1f + (value * Elementary.Logistic(-value))));

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<Silu>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<Silu>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<Silu>.Values(Vector256<float> x, float slope) =>
        x * ElementaryVectors.Logistic(x);

    static Vector256<float> IVectorFunction<Silu>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope) =>
        dY * (
            ElementaryVectors.Logistic(value) *
            (Vector256<float>.One + (value * ElementaryVectors.Logistic(-value))));
}
