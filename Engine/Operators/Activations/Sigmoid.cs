using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Logistic function: y = 1 / (1 + e^-x), finite for every x; dX = dY y (1 - y), from
/// dy/dx = e^-x / (1 + e^-x)^2 = y (1 - y).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Sigmoid : IActivation<Sigmoid>
{
    /// <summary>A negation, an exponential, an addition and a division.</summary>
    public static int OperationsOfElement => 4;

    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => Elementary.Logistic(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => dY * value * (1f - value);

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) => TensorPrimitives.Sigmoid(x, y);

    /// <inheritdoc/>
    public static unsafe void Backward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope)
    {
        fixed (float* y = value, from = dY, to = dX)
        {
            int i = 0;
            for (; i <= dX.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> eight = Vector256.Load(y + i);
                (Vector256.Load(from + i) * eight * (Vector256<float>.One - eight)).Store(to + i);
            }

            for (; i < dX.Length; i++)
            {
                to[i] = Backward(y[i], from[i], slope);
            }
        }
    }
}
