using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Gaussian error linear unit: y = x Phi(x), Phi the normal distribution; y' = Phi(x) + x phi(x), phi its density.
/// Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Gelu : IActivation<Gelu>
{
    private const float InverseRootOf2Pi = 0.398942280f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x * Elementary.NormalDistribution(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => dY * (
        Elementary.NormalDistribution(value) + (value * InverseRootOf2Pi * Elementary.Exp(-0.5f * value * value)));
}
