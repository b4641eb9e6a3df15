using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The portable kernels of <see cref="Activation{TFunction}"/>: one thread an element, striding over the grid. They are
/// limited by memory, so there is one rung. The catalogue lists them for each function: <c>relu.forward</c>.
/// </summary>
/// <typeparam name="TFunction">The function.</typeparam>
internal static class ActivationKernels<TFunction> where TFunction : struct, IActivation<TFunction>
{
    public static void Forward(ForwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = TFunction.Forward(a.X[i], a.Slope);
        }
    }

    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.DX[i] = TFunction.Backward(a.Value[i], a.DY[i], a.Slope);
        }
    }

    internal readonly record struct ForwardArgs(ArrayView<float> X, ArrayView<float> Y, int Length, float Slope);

    internal readonly record struct BackwardArgs(
        ArrayView<float> Value, ArrayView<float> DY, ArrayView<float> DX, int Length, float Slope);
}
