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

    internal readonly struct ForwardArgs(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, int length)
    {
        public readonly ArrayView<float> A = a;
        public readonly ArrayView<float> B = b;
        public readonly ArrayView<float> Y = y;
        public readonly int Length = length;
    }
}
