using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Hyperbolic tangent: y = tanh x; y' = 1 - y^2, from x, so that it keeps its digits where y is near 1.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Tanh : IActivation<Tanh>, IVectorFunction<Tanh>
{
    /// <inheritdoc/>
    public static float Forward(float x, float slope) => Elementary.Tanh(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => dY * Elementary.TanhDerivative(value);

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<Tanh>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<Tanh>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<Tanh>.Values(Vector256<float> x, float slope) =>
        ElementaryVectors.Tanh(x);

    static Vector256<float> IVectorFunction<Tanh>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope) =>
        dY * ElementaryVectors.TanhDerivative(value);
}
