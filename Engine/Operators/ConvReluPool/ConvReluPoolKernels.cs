// The portable kernels of ConvReluPool. The ladder:
//   1. Forward         one thread a pooled output, which computes the few outputs of its window, rectifies and compares
//                      them: nothing but the pooled value and its place is written. Any window.
//   2. to 4. Convolve  the tiles of Conv1d (see Conv1dKernels.cs), which add bias and ReLU to two neighbouring sums and
//                      store the larger and its place, or both where nothing is pooled.
// Backward puts the gradient back at argMax, one thread an output of the convolution; Conv1d's kernels do the rest.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="ConvReluPool"/>.</summary>
internal static class ConvReluPoolKernels
{
    [Rung(Conv1dKernels.Ladder, 1)]
    public static void Forward(ForwardArgs a)
    {
        PoolingNumbers p = a.Pool;
        int count = p.Rows * p.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int row = i / p.OutputLength;
            int k = row % a.Conv.Filters;
            int b = row / a.Conv.Filters;
            int first = p.FirstStep(i % p.OutputLength);
            int end = p.EndStep(i % p.OutputLength);
            float bias = a.HasBias != 0 ? a.Bias[k] : 0f;
            float best = 0f;
            int place = first;
            for (int l = first; l < end; l++)
            {
                float value = Conv1dKernels.At(a.X, a.Weight, a.Conv, b, k, l) + bias;
                // Rectified values are at least 0, so only one above the best so far can win; the first of equals does.
                if (MaximumOrNaN.IsTakenBy(value, best))
                {
                    best = value;
                    place = l;
                }
            }

            a.Y[i] = best;
            if (a.HasArgMax != 0)
            {
                a.ArgMax[i] = place;
            }
        }
    }

    public static void SpreadGradient(SpreadArgs a)
    {
        PoolingNumbers p = a.Pool;
        int count = p.Rows * p.Length;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int l = i % p.Length;
            int windows = i / p.Length * p.OutputLength;
            float sum = 0f;
            for (int j = p.FirstWindow(l); j < p.EndWindow(l); j++)
            {
                bool wins = a.HasArgMax == 0 || a.ArgMax[windows + j] == l;
                if (wins && MaximumOrNaN.IsOpen(a.Y[windows + j]))
                {
                    sum += a.DY[windows + j];
                }
            }

            a.DConv[i] = sum;
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Weight, ArrayView<float> Bias, ArrayView<float> Y, ArrayView<int> ArgMax,
        Flag HasBias, Flag HasArgMax, ConvolutionNumbers Conv, PoolingNumbers Pool);

    internal readonly record struct SpreadArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<int> ArgMax, ArrayView<float> DConv, Flag HasArgMax,
        PoolingNumbers Pool);
}
