using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Rows that are the sums of a product's parts, with bias and ReLU as its arguments have them, and dropout where there
/// is some; they are stored in its C too, which the backward pass reads.
/// </summary>
internal readonly record struct DenseRowOfParts(
    MatMulKernels.CombineArgs Parts, ArrayView<int> Step, MaskGenerator Dropout, Flag Drops) : IDenseRow
{
    public void Fill(ArrayView<float> h, int row, int inputs)
    {
        int step = Step[0];
        for (int o = Group.IdxX; o < inputs; o += Group.DimX)
        {
            int i = (row * inputs) + o;
            float value = MatMulKernels.Combined(Parts, Parts.Args.M * Parts.Args.N, i);
            if (Drops != 0)
            {
                value *= Dropout.MaskOf(step, i);
            }

            Parts.Args.C[i] = value;
            h[o] = value;
        }
    }
}
