using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="Add"/>: one thread an element, striding over the grid.</summary>
internal static class AddKernels
{
    public static void Forward(ForwardArgs args)
    {
        for (int i = Grid.GlobalLinearIndex; i < args.Length; i += Grid.DimX * Group.DimX)
        {
            args.Y[i] = args.A[i] + args.B[i];
        }
    }

    internal readonly record struct ForwardArgs(ArrayView<float> A, ArrayView<float> B, ArrayView<float> Y, int Length);
}
