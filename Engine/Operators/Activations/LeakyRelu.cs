namespace NativeCnn.Engine.Operators;

/// <summary>
/// Leaky ReLU: y = x where x is above 0, else a x; y' = 1, else a. Source: Maas, Hannun and Ng, "Rectifier
/// nonlinearities improve neural network acoustic models" (ICML 2013).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct LeakyRelu : IActivation<LeakyRelu>
{
    /// <inheritdoc/>
    public static float DefaultSlope => 0.01f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x > 0f ? x : slope * x;

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => value > 0f ? dY : slope * dY;
}
