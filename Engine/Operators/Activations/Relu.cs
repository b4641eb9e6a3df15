using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Rectified linear unit: y = max(x, 0); dX = dY where y is above 0, else 0. The derivative at 0 is taken as 0, and dY
/// passes where y is NaN, both as in PyTorch.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Relu : IActivation<Relu>
{
    /// <summary>One comparison.</summary>
    public static int OperationsOfElement => 1;

    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => MaximumOrNaN.Rectified(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) => MaximumOrNaN.IsOpen(value) ? dY : 0f;

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) => TensorPrimitives.Max(x, 0f, y);

    /// <inheritdoc/>
    public static unsafe void Backward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope)
    {
        fixed (float* y = value, from = dY, to = dX)
        {
            int i = 0;
            for (; i <= dX.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> closed = Vector256.LessThanOrEqual(Vector256.Load(y + i), Vector256<float>.Zero);
                Vector256.AndNot(Vector256.Load(from + i), closed).Store(to + i);
            }

            for (; i < dX.Length; i++)
            {
                to[i] = y[i] <= 0f ? 0f : from[i];
            }
        }
    }
}
