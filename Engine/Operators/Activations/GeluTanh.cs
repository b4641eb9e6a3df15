using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// <see cref="Gelu"/> by a hyperbolic tangent, PyTorch's <c>approximate="tanh"</c>: y = x (1 + tanh u) / 2 = x s(2 u)
/// with u = sqrt(2 / pi) (x + 0.044715 x^3) and s the logistic function; y' = s(2 u) + x s(2 u) s(-2 u) 2 u'.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct GeluTanh : IActivation<GeluTanh>, IVectorFunction<GeluTanh>
{
    private const float RootOf8ByPi = 1.59576912f; // 2 sqrt(2 / pi).
    private const float Cubic = 0.044715f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x * Elementary.Logistic(Inner(x));

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope)
    {
        float inner = Inner(value);
        float s = Elementary.Logistic(inner);
        float derivative = RootOf8ByPi * (1f + (3f * Cubic * value * value));
        return dY * (s + (value * derivative * (s * Elementary.Logistic(-inner))));
    }

    private static float Inner(float x) => RootOf8ByPi * (x + (Cubic * x * x * x));

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<GeluTanh>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<GeluTanh>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<GeluTanh>.Values(Vector256<float> x, float slope) =>
        x * ElementaryVectors.Logistic(Inner(x));

    static Vector256<float> IVectorFunction<GeluTanh>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope)
    {
        Vector256<float> inner = Inner(value);
        Vector256<float> s = ElementaryVectors.Logistic(inner);
        Vector256<float> derivative = Vector256.Create(RootOf8ByPi) *
            (Vector256<float>.One + (Vector256.Create(3f * Cubic) * value * value));
        return dY * (s + (value * derivative * (s * ElementaryVectors.Logistic(-inner))));
    }

    private static Vector256<float> Inner(Vector256<float> x) =>
        Vector256.Create(RootOf8ByPi) * (x + (Vector256.Create(Cubic) * x * x * x));
}
