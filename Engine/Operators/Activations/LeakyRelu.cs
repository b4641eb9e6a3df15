using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Leaky ReLU: y = x where x is above 0, else a x; y' = 1, else a. Source: Maas, Hannun and Ng, "Rectifier
/// nonlinearities improve neural network acoustic models" (ICML 2013).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct LeakyRelu : IActivation<LeakyRelu>, IVectorFunction<LeakyRelu>
{
    /// <inheritdoc/>
    public static float DefaultSlope => 0.01f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x > 0f ? x : slope * x;

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => value > 0f ? dY : slope * dY;

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<LeakyRelu>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<LeakyRelu>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<LeakyRelu>.Values(Vector256<float> x, float slope) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256<float>.Zero), x, Vector256.Create(slope) * x);

    static Vector256<float> IVectorFunction<LeakyRelu>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(value, Vector256<float>.Zero), dY, Vector256.Create(slope) * dY);
}
