using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The portable kernel of <see cref="RowDropout"/>; <see cref="ChannelScaleKernels"/> has that for a given mask.
/// </summary>
internal static class RowDropoutKernels
{
    public static void Forward(ForwardArgs a)
    {
        int step = a.Step[0];
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Length;
            PhiloxBlock words = a.Numbers.Words(step, row / 4);
            int lane = row % 4;
            uint word = lane == 0 ? words.X : lane == 1 ? words.Y : lane == 2 ? words.Z : words.W;
            float mask = a.Numbers.Mask(word);
            a.Y[i] = a.X[i] * mask;
            // The row's first thread writes it, for the gradient.
            if (i == row * a.Length)
            {
                a.Mask[row] = mask;
            }
        }
    }

    internal readonly struct ForwardArgs(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> mask, ArrayView<int> step, int count, int length,
        DropoutNumbers numbers)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> Mask = mask;
        public readonly ArrayView<int> Step = step;
        public readonly int Count = count;
        public readonly int Length = length;
        public readonly DropoutNumbers Numbers = numbers;
    }
}
