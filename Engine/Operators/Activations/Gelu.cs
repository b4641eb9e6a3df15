using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Gaussian error linear unit: y = x Phi(x), Phi the normal distribution; y' = Phi(x) + x phi(x), phi its density.
/// Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Gelu : IActivation<Gelu>, IVectorFunction<Gelu>
{
    private const float InverseRootOf2Pi = 0.398942280f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x * Elementary.NormalDistribution(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => dY * (
        Elementary.NormalDistribution(value) + (value * InverseRootOf2Pi * Elementary.Exp(-0.5f * value * value)));

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<Gelu>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<Gelu>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<Gelu>.Values(Vector256<float> x, float slope) =>
        x * ElementaryVectors.NormalDistribution(x);

    static Vector256<float> IVectorFunction<Gelu>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope) =>
        dY * (
            ElementaryVectors.NormalDistribution(value) +
            (value * Vector256.Create(InverseRootOf2Pi) *
                ElementaryVectors.Exp(Vector256.Create(-0.5f) * value * value)));
}
