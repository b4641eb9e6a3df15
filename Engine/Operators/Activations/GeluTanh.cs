using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// <see cref="Gelu"/> by a hyperbolic tangent, PyTorch's <c>approximate="tanh"</c>: y = x (1 + tanh u) / 2 = x s(2 u)
/// with u = sqrt(2 / pi) (x + 0.044715 x^3) and s the logistic function; y' = s(2 u) + x s(2 u) s(-2 u) 2 u'.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct GeluTanh : IActivation<GeluTanh>
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
}
