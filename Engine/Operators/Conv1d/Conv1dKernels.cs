// The portable kernels of Conv1d. The ladder of forward and of the gradient of the input (Ladder):
//   1. Forward, BackwardInput  one thread an output, reads as the formula; 2 loads from global memory a multiplication.
//   2. Convolve                both as one product (see ConvolutionArgs.cs) in 16 x 16 tiles of shared memory: 1/8 load
//                              from global memory a multiplication. In Conv1dTiledKernels.cs.
//   3. Convolve4x6             64 x 48 a group of 128 threads, 4 x 6 sums in each thread's registers; the next 16 terms
//                              are on their way while these are summed. In Generated/Conv1dRegisterKernels.g.cs.
//   4. Convolve8x8             the same with 64 x 128 and 8 x 8, for so many columns that they still fill a GPU.
//   5. Convolve, tensor cores  64 x 64 a group, 32 x 32 a warp, with factors in tf32 (see TensorCore.cs); only where
//                              a device was opened for that. In Generated/Conv1dTensorKernels.g.cs.
// and that of the gradient of the weights (WeightLadder):
//   1. BackwardWeight          one group an element, a blocked sum a thread and a tree over shared memory.
//   2. BackwardWeight, tiled   as a product (see WeightGradientArgs.cs) in 16 x 16 tiles of shared memory.
//   3. BackwardWeight4x4       64 x 32 a group of 128 threads, 4 x 4 sums in each thread's registers.
//   5. BackwardWeight, tensor cores  64 x 32 a group, 32 x 16 a warp; there is no rung 4.
// 2 and up split batch and time into parts of at most 1,024 terms that MatMulKernels.Combine adds in order.
// What nvdisasm counts for sm_90 in the loop over a step's terms, and in one step of it with the loads around it:
//   Convolve4x6       192 FFMA of 228 instructions, 24 vector loads from shared memory: 8 FFMA a load;  64 % of a step
//   Convolve8x8       256 FFMA of 280,              16 LDS.128:                        16 FFMA a load;  72 % of a step
//   BackwardWeight4x4 128 FFMA of 151,              16 LDS.128:                         8 FFMA a load;  60 % of a step
// ConvolutionPlan.cs says which runs when. Rungs 3 to 5 take the gradient of the input for stride 1 only, where it is
// a convolution with the taps reversed; all else takes any shape.
// No atomics: the same bits every time. Sums are two-level (taps within channels, time within clips, blocks of terms),
// so that no chain of additions is as long as the sum.
using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Conv1d"/>.</summary>
internal static class Conv1dKernels
{
    /// <summary>The ladder of forward and of the gradient of the input among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "conv1d";

    /// <summary>The ladder of the gradient of the weights.</summary>
    public const string WeightLadder = "conv1d.backward-weight";

    /// <summary>Threads of the largest group that a reduction may be launched with.</summary>
    public const int MaxGroupSize = 256;

    [Rung(Ladder, 1)]
    public static void Forward(ForwardArgs a)
    {
        ConvolutionNumbers n = a.Numbers;
        int count = n.Batch * n.Filters * n.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int l = i % n.OutputLength;
            int k = i / n.OutputLength % n.Filters;
            int b = i / n.OutputLength / n.Filters;
            float sum = At(a.X, a.Weight, n, b, k, l);
            a.Y[i] = a.HasBias ? sum + a.Bias[k] : sum;
        }
    }

    [Rung(Ladder, 1)]
    public static void BackwardInput(BackwardInputArgs a)
    {
        ConvolutionNumbers n = a.Numbers;
        int count = n.Batch * n.Channels * n.Length;
        int groupChannels = n.Channels / n.Groups;
        int groupFilters = n.Filters / n.Groups;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int t = i % n.Length;
            int c = i / n.Length % n.Channels;
            int b = i / n.Length / n.Channels;
            int firstFilter = c / groupChannels * groupFilters;
            float sum = 0f;
            for (int k = firstFilter; k < firstFilter + groupFilters; k++)
            {
                int weights = ((k * groupChannels) + (c % groupChannels)) * n.Taps;
                int outputs = ((b * n.Filters) + k) * n.OutputLength;
                float ofFilter = 0f;
                for (int r = 0; r < n.Taps; r++)
                {
                    // The output whose tap r lies on t: a whole number of strides into the output, or none.
                    int strides = t + n.Padding - (r * n.Dilation);
                    int l = strides / n.Stride;
                    if (strides >= 0 && l * n.Stride == strides && l < n.OutputLength)
                    {
                        ofFilter += a.Weight[weights + r] * a.DY[outputs + l];
                    }
                }

                sum += ofFilter;
            }

            a.DX[i] = sum;
        }
    }

    /// <summary>One group an element of dWeight; a thread sums every DimX-th step, clip by clip.</summary>
    [Rung(WeightLadder, 1)]
    public static void BackwardWeight(BackwardWeightArgs a)
    {
        ConvolutionNumbers n = a.Numbers;
        int groupChannels = n.Channels / n.Groups;
        int element = Grid.IdxX;
        int r = element % n.Taps;
        int k = element / n.Taps / groupChannels;
        int c = (k / (n.Filters / n.Groups) * groupChannels) + (element / n.Taps % groupChannels);
        float sum = 0f;
        for (int b = 0; b < n.Batch; b++)
        {
            int inputs = ((b * n.Channels) + c) * n.Length;
            int outputs = ((b * n.Filters) + k) * n.OutputLength;
            float ofClip = 0f;
            for (int l = Group.IdxX; l < n.OutputLength; l += Group.DimX)
            {
                int t = (l * n.Stride) - n.Padding + (r * n.Dilation);
                if (t >= 0 && t < n.Length)
                {
                    ofClip += a.DY[outputs + l] * a.X[inputs + t];
                }
            }

            sum += ofClip;
        }

        float total = SumOfGroup(sum);
        if (Group.IdxX == 0)
        {
            a.DWeight[element] += total;
        }
    }

    /// <summary>One group a filter.</summary>
    public static void BackwardBias(BackwardBiasArgs a)
    {
        ConvolutionNumbers n = a.Numbers;
        int k = Grid.IdxX;
        float sum = 0f;
        for (int b = 0; b < n.Batch; b++)
        {
            int outputs = ((b * n.Filters) + k) * n.OutputLength;
            float ofClip = 0f;
            for (int l = Group.IdxX; l < n.OutputLength; l += Group.DimX)
            {
                ofClip += a.DY[outputs + l];
            }

            sum += ofClip;
        }

        float total = SumOfGroup(sum);
        if (Group.IdxX == 0)
        {
            a.DBias[k] += total;
        }
    }

    /// <summary>sum_c sum_r weight[k,c,r] x[b,c,l stride - padding + r dilation]: an output without bias.</summary>
    internal static float At(ArrayView<float> x, ArrayView<float> weight, ConvolutionNumbers n, int b, int k, int l)
    {
        int groupChannels = n.Channels / n.Groups;
        int firstChannel = k / (n.Filters / n.Groups) * groupChannels;
        float sum = 0f;
        for (int c = 0; c < groupChannels; c++)
        {
            int weights = ((k * groupChannels) + c) * n.Taps;
            int inputs = ((b * n.Channels) + firstChannel + c) * n.Length;
            float ofChannel = 0f;
            for (int r = 0; r < n.Taps; r++)
            {
                int t = (l * n.Stride) - n.Padding + (r * n.Dilation);
                if (t >= 0 && t < n.Length)
                {
                    ofChannel += weight[weights + r] * x[inputs + t];
                }
            }

            sum += ofChannel;
        }

        return sum;
    }

    /// <summary>The sum over the threads of a group, by halves, valid in thread 0. All threads must call it.</summary>
    private static float SumOfGroup(float mine)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(MaxGroupSize);
        int thread = Group.IdxX;
        sums[thread] = mine;
        int width = Group.DimX;
        while (width > 1)
        {
            int half = (width + 1) / 2;
            Group.Barrier();
            if (thread < width - half)
            {
                sums[thread] += sums[thread + half];
            }

            width = half;
        }

        return sums[thread];
    }

    internal readonly struct ForwardArgs(
        ArrayView<float> x,
        ArrayView<float> weight,
        ArrayView<float> bias,
        ArrayView<float> y,
        bool hasBias,
        ConvolutionNumbers numbers)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Weight = weight;
        public readonly ArrayView<float> Bias = bias;
        public readonly ArrayView<float> Y = y;
        public readonly ConvolutionNumbers Numbers = numbers;
        private readonly int biased = hasBias ? 1 : 0;

        public bool HasBias => biased != 0;
    }

    internal readonly record struct BackwardInputArgs(
        ArrayView<float> DY, ArrayView<float> Weight, ArrayView<float> DX, ConvolutionNumbers Numbers);

    internal readonly record struct BackwardWeightArgs(
        ArrayView<float> X, ArrayView<float> DY, ArrayView<float> DWeight, ConvolutionNumbers Numbers);

    internal readonly record struct BackwardBiasArgs(
        ArrayView<float> DY, ArrayView<float> DBias, ConvolutionNumbers Numbers);
}
