// The ladder: 1 (here) a group a channel, whose threads stride over its clips and steps: statistics, running statistics
// and values in one launch, a tree of sums in shared memory between the passes. The values of a channel come from L2
// from the second pass on. More groups a channel would pay where channels are few and clips long.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="BatchNorm1d"/>.</summary>
internal static class BatchNorm1dKernels
{
    public static void Train(TrainArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        BatchNormNumbers n = a.Numbers;
        int channel = Grid.IdxX;
        Float2 learnt = Learn(a, shared, channel);
        float scale = a.Gamma[channel] * learnt.Y;
        float shift = a.Beta[channel];
        for (int i = Group.IdxX; i < n.Count; i += Group.DimX)
        {
            int at = At(n, channel, i);
            a.Y[at] = Value(n, a.X[at], learnt.X, scale, shift);
        }
    }

    /// <summary>Mean and inverse deviation of a channel, which also move the running ones.</summary>
    internal static Float2 Learn(TrainArgs a, ArrayView<float> shared, int channel)
    {
        BatchNormNumbers n = a.Numbers;
        float total = BlockSum.OfThread(new Distances(a.X, n, channel, 0f), n.Count).X;
        float mean = GroupSum.Of(shared, total) / n.Count;
        Float2 mine = BlockSum.OfThread(new Distances(a.X, n, channel, mean), n.Count);
        float squares = GroupSum.Of(shared, mine.Y);
        // What rounding the mean left is taken from the squares again.
        float rest = GroupSum.Of(shared, mine.X);
        float variance = (squares - (rest * rest / n.Count)) / n.Count;
        float inverse = 1f / MathF.Sqrt(variance + n.Epsilon);
        if (Group.IdxX == 0)
        {
            Keep(a, channel, mean, variance);
        }

        return new Float2(mean, inverse);
    }

    /// <summary>Stores the statistics of a channel and moves the running ones; one thread does.</summary>
    internal static void Keep(TrainArgs a, int channel, float mean, float variance)
    {
        BatchNormNumbers n = a.Numbers;
        a.Statistics[channel] = mean;
        a.Statistics[n.Channels + channel] = 1f / MathF.Sqrt(variance + n.Epsilon);
        a.RunningMean[channel] += n.Momentum * (mean - a.RunningMean[channel]);
        if (n.Count > 1)
        {
            float unbiased = variance * ((float)n.Count / (n.Count - 1));
            a.RunningVariance[channel] += n.Momentum * (unbiased - a.RunningVariance[channel]);
        }
    }

    public static void Infer(InferArgs a)
    {
        BatchNormNumbers n = a.Numbers;
        int length = n.Count * n.Channels;
        for (int i = Grid.GlobalLinearIndex; i < length; i += Grid.DimX * Group.DimX)
        {
            int channel = i / n.Length % n.Channels;
            float mean = a.RunningMean[channel];
            float inverse = 1f / MathF.Sqrt(a.RunningVariance[channel] + n.Epsilon);
            a.Y[i] = Value(n, a.X[i], mean, a.Gamma[channel] * inverse, a.Beta[channel]);
            // The first clip's first step of a channel writes them, for the gradient.
            if (i == channel * n.Length)
            {
                a.Statistics[channel] = mean;
                a.Statistics[n.Channels + channel] = inverse;
            }
        }
    }

    public static void Backward(BackwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        BatchNormNumbers n = a.Numbers;
        int channel = Grid.IdxX;
        float mean = a.Statistics[channel];
        float inverse = a.Statistics[n.Channels + channel];
        float scale = a.Gamma[channel] * inverse;
        float shift = a.Beta[channel];
        Float2 mine = BlockSum.OfThread(new Gradients(a, channel, mean, scale, shift), n.Count);
        float sum = GroupSum.Of(shared, mine.X);
        float sumByValue = GroupSum.Of(shared, mine.Y) * inverse;
        if (Group.IdxX == 0)
        {
            a.DBeta[channel] += sum;
            a.DGamma[channel] += sumByValue;
        }

        float centre = a.Trained != 0 ? sum / n.Count : 0f;
        float slope = a.Trained != 0 ? sumByValue * inverse / n.Count : 0f;
        int end = a.WantInput != 0 ? n.Count : 0;
        for (int i = Group.IdxX; i < end; i += Group.DimX)
        {
            int at = At(n, channel, i);
            float distance = a.X[at] - mean;
            float gradient = Open(n, distance, scale, shift) ? a.DY[at] : 0f;
            a.DX[at] = scale * (gradient - centre - (distance * slope));
        }
    }

    private static float Value(BatchNormNumbers n, float x, float mean, float scale, float shift)
    {
        float value = ((x - mean) * scale) + shift;
        return n.Relu != 0 ? MaximumOrNaN.Rectified(value) : value;
    }

    /// <summary>Whether ReLU, if there is one, let the value through.</summary>
    private static bool Open(BatchNormNumbers n, float distance, float scale, float shift) =>
        n.Relu == 0 || MaximumOrNaN.IsOpen((distance * scale) + shift);

    /// <summary>Where value i of a channel is: clip i / T, step i % T.</summary>
    internal static int At(BatchNormNumbers n, int channel, int i) =>
        (((i / n.Length * n.Channels) + channel) * n.Length) + (i % n.Length);

    internal readonly record struct TrainArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> RunningMean,
        ArrayView<float> RunningVariance, ArrayView<float> Statistics, ArrayView<float> Y, BatchNormNumbers Numbers);

    internal readonly record struct InferArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> RunningMean,
        ArrayView<float> RunningVariance, ArrayView<float> Statistics, ArrayView<float> Y, BatchNormNumbers Numbers);

    internal readonly record struct BackwardArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> Statistics,
        ArrayView<float> DY, ArrayView<float> DGamma, ArrayView<float> DBeta, ArrayView<float> DX,
        BatchNormNumbers Numbers, Flag Trained, Flag WantInput);

    /// <summary>The distances of a channel's values from the mean, and their squares.</summary>
    private readonly record struct Distances(ArrayView<float> X, BatchNormNumbers Numbers, int Channel, float Mean)
        : ITerms
    {
        public Float2 At(int i)
        {
            float distance = X[BatchNorm1dKernels.At(Numbers, Channel, i)] - Mean;
            return new Float2(distance, distance * distance);
        }
    }

    /// <summary>The gradients that reach a channel's values, and their products with the distances.</summary>
    private readonly record struct Gradients(BackwardArgs A, int Channel, float Mean, float Scale, float Shift) : ITerms
    {
        public Float2 At(int i)
        {
            int at = BatchNorm1dKernels.At(A.Numbers, Channel, i);
            float distance = A.X[at] - Mean;
            float gradient = Open(A.Numbers, distance, Scale, Shift) ? A.DY[at] : 0f;
            return new Float2(gradient, gradient * distance);
        }
    }
}
