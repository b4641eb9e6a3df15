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
            PhiloxBlock words = a.Masks.Words(step, row / 4);
            int lane = row % 4;
            uint word = lane == 0 ? words.X : lane == 1 ? words.Y : lane == 2 ? words.Z : words.W;
            float mask = a.Masks.Mask(word);
            a.Y[i] = a.X[i] * mask;
            // The row's first thread writes it, for the gradient.
            if (i == row * a.Length)
            {
                a.Mask[row] = mask;
            }
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Y, ArrayView<float> Mask, ArrayView<int> Step, int Count, int Length,
        MaskGenerator Masks);
}
