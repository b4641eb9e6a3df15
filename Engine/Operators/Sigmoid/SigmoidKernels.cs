using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Sigmoid"/>: one thread an element, striding over the grid.</summary>
internal static class SigmoidKernels
{
    public static void Forward(ForwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = Of(a.X[i]);
        }
    }

    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float y = a.Y[i];
            a.DX[i] = a.DY[i] * y * (1f - y);
        }
    }

    /// <summary>The exponent is never above 0, so nothing overflows.</summary>
    public static float Of(float x)
    {
        float e = Elementary.Exp(x < 0f ? x : -x);
        return (x < 0f ? e : 1f) / (1f + e);
    }

    internal readonly struct ForwardArgs(ArrayView<float> x, ArrayView<float> y, int length)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly int Length = length;
    }

    internal readonly struct BackwardArgs(ArrayView<float> y, ArrayView<float> dY, ArrayView<float> dX, int length)
    {
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DX = dX;
        public readonly int Length = length;
    }
}
