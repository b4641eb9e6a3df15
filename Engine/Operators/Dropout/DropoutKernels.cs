using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The portable kernels of <see cref="Dropout"/>: one thread for the four elements of a Philox block, or an element.
/// </summary>
internal static class DropoutKernels
{
    public static void Forward(ForwardArgs a)
    {
        int step = a.Step[0];
        for (int block = Grid.GlobalLinearIndex; block < (a.Length + 3) / 4; block += Grid.DimX * Group.DimX)
        {
            PhiloxBlock words = a.Masks.Words(step, block);
            int i = block * 4;
            Element(a, i, words.X);
            Element(a, i + 1, words.Y);
            Element(a, i + 2, words.Z);
            Element(a, i + 3, words.W);
        }
    }

    public static void Multiply(MultiplyArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = a.X[i] * a.Mask[i];
        }
    }

    private static void Element(ForwardArgs a, int i, uint word)
    {
        if (i < a.Length)
        {
            float mask = a.Masks.Mask(word);
            a.Mask[i] = mask;
            a.Y[i] = a.X[i] * mask;
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Y, ArrayView<float> Mask, ArrayView<int> Step, int Length,
        MaskGenerator Masks);

    internal readonly record struct MultiplyArgs(
        ArrayView<float> X, ArrayView<float> Mask, ArrayView<float> Y, int Length);
}
