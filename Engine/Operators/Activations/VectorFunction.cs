using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host loops of an activation that has vectors; what is left over goes one by one, to the same bits.
/// </summary>
internal static unsafe class VectorFunction
{
    /// <summary>y = f(x); y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TFunction>(ReadOnlySpan<float> x, Span<float> y, float slope)
        where TFunction : struct, IVectorFunction<TFunction>, IActivation<TFunction>
    {
        fixed (float* from = x, to = y)
        {
            int i = 0;
            for (; i <= y.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                TFunction.Values(Vector256.Load(from + i), slope).Store(to + i);
            }

            for (; i < y.Length; i++)
            {
                to[i] = TFunction.Forward(from[i], slope);
            }
        }
    }

    /// <summary>dX = dY f'(x); dX may be dY.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TFunction>(
        ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope)
        where TFunction : struct, IVectorFunction<TFunction>, IActivation<TFunction>
    {
        fixed (float* values = value, from = dY, to = dX)
        {
            int i = 0;
            for (; i <= dX.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                TFunction.Gradients(Vector256.Load(values + i), Vector256.Load(from + i), slope).Store(to + i);
            }

            for (; i < dX.Length; i++)
            {
                to[i] = TFunction.Backward(values[i], from[i], slope);
            }
        }
    }
}
