// The portable kernels of Conv1d. The ladder:
//   rung 1 (here): forward and gradient of the input with one thread an output, striding over the grid, reading as
//                  the formula; gradients of the parameters with one group an element, a blocked sum a thread and a
//                  tree over shared memory.
//   rung 2:        the gradient of the weights as the product of dY [K, B L] and the shifted x [C R, B L], which is
//                  never written: tiles of 64 x 64 in shared memory, 4 x 4 sums in a thread's registers, B L split into
//                  parts that MatMulKernels.Combine adds in order.
//   rungs above:   forward and gradient of the input likewise; not climbed yet.
// No atomics: the same bits every time for the same group size. Sums are two-level (taps within channels, time within
// clips), so that no chain of additions is as long as the sum.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Conv1d"/>.</summary>
internal static class Conv1dKernels
{
    /// <summary>Threads of the largest group that a reduction may be launched with.</summary>
    public const int MaxGroupSize = 256;

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

    /// <summary>
    /// Rung 2 of <see cref="BackwardWeight"/>, without groups of channels: dWeight[k, c r] = sum over p = (b, l) of
    /// dY[k, p] x[c r, p], or a part of it. See <c>MatMulRegisterKernels</c>, whose steps these are.
    /// </summary>
    [LaunchBounds(256, 2)] // As MatMulRegisterKernels.
    public static void BackwardWeightTiled(BackwardWeightTiledArgs a)
    {
        const int Step = BackwardWeightTiledArgs.Step;
        ArrayView<Float4> tileA = SharedMemory.Allocate<Float4>(2 * Step * Sums4x4.Stride); // [buffer, p, k]
        ArrayView<Float4> tileB = SharedMemory.Allocate<Float4>(2 * Step * Sums4x4.Stride); // [buffer, p, c r]
        int thread = Group.IdxX;
        int line = thread / 4;
        int term = thread % 4 * 4;
        int firstP = Grid.IdxZ * a.Product.PartK;
        int endP = IntrinsicMath.Min(a.Product.K, firstP + a.Product.PartK);
        int k = (Grid.IdxX * BackwardWeightTiledArgs.Tile) + line;
        int weight = (Grid.IdxY * BackwardWeightTiledArgs.Tile) + line;
        int c = weight / a.Numbers.Taps;
        int shift = ((weight - (c * a.Numbers.Taps)) * a.Numbers.Dilation) - a.Numbers.Padding;
        // 32 neighbours make a rectangle of 8 x 4, for whose sums they read the least.
        int x = (thread % 8) + (thread / 32 % 2 * 8);
        int y = (thread / 8 % 4) + (thread / 64 * 4);

        MatMulKernels.Stage(tileA, Sums4x4.Stride, term, line, true, OutputsAt(a, k, firstP + term, endP));
        MatMulKernels.Stage(tileB, Sums4x4.Stride, term, line, true, InputsAt(a, c, shift, firstP + term, endP));
        Group.Barrier();
        Sums4x4 sums = default;
        int buffer = 0;
        for (int p = firstP; p < endP; p += Step)
        {
            // Asked for now, needed after the sums.
            Float4 nextA = OutputsAt(a, k, p + Step + term, endP);
            Float4 nextB = InputsAt(a, c, shift, p + Step + term, endP);
            for (int i = buffer; i < buffer + Step; i += Sums4x4.Terms)
            {
                sums = Sums4x4.Add(
                    sums, tileA.SubView((i * Sums4x4.Stride) + y), tileB.SubView((i * Sums4x4.Stride) + x));
            }

            buffer = Step - buffer;
            MatMulKernels.Stage(tileA, Sums4x4.Stride, buffer + term, line, true, nextA);
            MatMulKernels.Stage(tileB, Sums4x4.Stride, buffer + term, line, true, nextB);
            Group.Barrier();
        }

        int m = (Grid.IdxX * BackwardWeightTiledArgs.Tile) + (4 * y);
        int n = (Grid.IdxY * BackwardWeightTiledArgs.Tile) + (4 * x);
        MatMulKernels.Store(a.Product, m, n, true, true, sums.Row0);
        MatMulKernels.Store(a.Product, m + 1, n, true, true, sums.Row1);
        MatMulKernels.Store(a.Product, m + 2, n, true, true, sums.Row2);
        MatMulKernels.Store(a.Product, m + 3, n, true, true, sums.Row3);
    }

    /// <summary>dY[k, p] for four p; 0 from the last filter and the end of the part on.</summary>
    private static Float4 OutputsAt(BackwardWeightTiledArgs a, int k, int p, int endP)
    {
        TimeStep first = TimeStep.Of(p, a.Numbers.OutputLength);
        TimeStep second = first.Next(a.Numbers.OutputLength);
        TimeStep third = second.Next(a.Numbers.OutputLength);
        TimeStep fourth = third.Next(a.Numbers.OutputLength);
        int count = k < a.Numbers.Filters ? endP - p : 0;
        return new Float4(
            OutputAt(a, k, first, count > 0), OutputAt(a, k, second, count > 1),
            OutputAt(a, k, third, count > 2), OutputAt(a, k, fourth, count > 3));
    }

    private static float OutputAt(BackwardWeightTiledArgs a, int k, TimeStep at, bool isThere)
    {
        float value = 0f;
        if (isThere)
        {
            value = a.DY[(((at.Clip * a.Numbers.Filters) + k) * a.Numbers.OutputLength) + at.Step];
        }

        return value;
    }

    /// <summary>x[b, c, l stride + shift] for four p; 0 where there is none.</summary>
    private static Float4 InputsAt(BackwardWeightTiledArgs a, int c, int shift, int p, int endP)
    {
        TimeStep first = TimeStep.Of(p, a.Numbers.OutputLength);
        TimeStep second = first.Next(a.Numbers.OutputLength);
        TimeStep third = second.Next(a.Numbers.OutputLength);
        TimeStep fourth = third.Next(a.Numbers.OutputLength);
        int count = c < a.Numbers.Channels ? endP - p : 0;
        return new Float4(
            InputAt(a, c, shift, first, count > 0), InputAt(a, c, shift, second, count > 1),
            InputAt(a, c, shift, third, count > 2), InputAt(a, c, shift, fourth, count > 3));
    }

    private static float InputAt(BackwardWeightTiledArgs a, int c, int shift, TimeStep at, bool isThere)
    {
        int t = (at.Step * a.Numbers.Stride) + shift;
        float value = 0f;
        if (isThere && t >= 0 && t < a.Numbers.Length)
        {
            value = a.X[(((at.Clip * a.Numbers.Channels) + c) * a.Numbers.Length) + t];
        }

        return value;
    }

    /// <summary>A time step of the output of one clip of the mini-batch.</summary>
    private readonly struct TimeStep(int clip, int step)
    {
        public readonly int Clip = clip;
        public readonly int Step = step;

        public static TimeStep Of(int p, int length)
        {
            int clip = p / length;
            return new TimeStep(clip, p - (clip * length));
        }

        public TimeStep Next(int length)
        {
            bool last = Step + 1 == length;
            return new TimeStep(last ? Clip + 1 : Clip, last ? 0 : Step + 1);
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

    internal readonly struct BackwardInputArgs(
        ArrayView<float> dY, ArrayView<float> weight, ArrayView<float> dX, ConvolutionNumbers numbers)
    {
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> Weight = weight;
        public readonly ArrayView<float> DX = dX;
        public readonly ConvolutionNumbers Numbers = numbers;
    }

    internal readonly struct BackwardWeightArgs(
        ArrayView<float> x, ArrayView<float> dY, ArrayView<float> dWeight, ConvolutionNumbers numbers)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DWeight = dWeight;
        public readonly ConvolutionNumbers Numbers = numbers;
    }

    internal readonly struct BackwardWeightTiledArgs(
        ArrayView<float> x, ArrayView<float> dY, ConvolutionNumbers numbers, MatMulKernels.Args product)
    {
        public const int Tile = MatMulRegisterKernels.Tile4x4;
        public const int Step = 16;

        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> DY = dY;
        public readonly ConvolutionNumbers Numbers = numbers;
        public readonly MatMulKernels.Args Product = product; // [K, C R] = [K, B L] [C R, B L]^T.
    }

    internal readonly struct BackwardBiasArgs(ArrayView<float> dY, ArrayView<float> dBias, ConvolutionNumbers numbers)
    {
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DBias = dBias;
        public readonly ConvolutionNumbers Numbers = numbers;
    }
}

/// <summary>A <see cref="Conv1dShape"/> as portable kernels take it.</summary>
internal readonly struct ConvolutionNumbers(Conv1dShape shape)
{
    public readonly int Batch = shape.Batch;
    public readonly int Channels = shape.Channels;
    public readonly int Length = shape.Length;
    public readonly int Filters = shape.Filters;
    public readonly int Taps = shape.Taps;
    public readonly int Stride = shape.Stride;
    public readonly int Padding = shape.Padding;
    public readonly int Dilation = shape.Dilation;
    public readonly int Groups = shape.Groups;
    public readonly int OutputLength = shape.OutputLength;
}
