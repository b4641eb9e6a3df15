using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Relu"/>: one thread an element, striding over the grid.</summary>
internal static class ReluKernels
{
    public static void Forward(ForwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = MaximumOrNaN.Rectified(a.X[i]);
        }
    }

    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.DX[i] = a.Y[i] > 0f ? a.DY[i] : 0f;
        }
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
