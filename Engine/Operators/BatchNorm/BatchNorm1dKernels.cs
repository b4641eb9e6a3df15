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
    // A thread's sum goes block by block, so that its error grows with the number of blocks alone.
    private const int TermsOfBlock = 64;

    public static void Train(TrainArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        BatchNormNumbers n = a.Numbers;
        int channel = Grid.IdxX;
        float mean = GroupSum.Of(shared, Sum(a.X, n, channel)) / n.Count;
        float squares = GroupSum.Of(shared, SumOfSquares(a.X, n, channel, mean));
        // What rounding the mean left is taken from the squares again.
        float rest = GroupSum.Of(shared, SumOfDistances(a.X, n, channel, mean));
        float variance = (squares - (rest * rest / n.Count)) / n.Count;
        float inverse = 1f / MathF.Sqrt(variance + n.Epsilon);
        if (Group.IdxX == 0)
        {
            a.Statistics[channel] = mean;
            a.Statistics[n.Channels + channel] = inverse;
            a.RunningMean[channel] += n.Momentum * (mean - a.RunningMean[channel]);
            if (n.Count > 1)
            {
                float unbiased = variance * ((float)n.Count / (n.Count - 1));
                a.RunningVariance[channel] += n.Momentum * (unbiased - a.RunningVariance[channel]);
            }
        }

        float scale = a.Gamma[channel] * inverse;
        float shift = a.Beta[channel];
        for (int i = Group.IdxX; i < n.Count; i += Group.DimX)
        {
            int at = At(n, channel, i);
            a.Y[at] = Value(n, a.X[at], mean, scale, shift);
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
        float mine = 0f;
        float mineByValue = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            float partByValue = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                int at = At(n, channel, i);
                float distance = a.X[at] - mean;
                float gradient = Open(n, distance, scale, shift) ? a.DY[at] : 0f;
                part += gradient;
                partByValue += gradient * distance;
            }

            mine += part;
            mineByValue += partByValue;
        }

        float sum = GroupSum.Of(shared, mine);
        float sumByValue = GroupSum.Of(shared, mineByValue) * inverse;
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

    private static float Sum(ArrayView<float> x, BatchNormNumbers n, int channel)
    {
        float total = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                part += x[At(n, channel, i)];
            }

            total += part;
        }

        return total;
    }

    private static float SumOfDistances(ArrayView<float> x, BatchNormNumbers n, int channel, float mean)
    {
        float total = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                part += x[At(n, channel, i)] - mean;
            }

            total += part;
        }

        return total;
    }

    private static float SumOfSquares(ArrayView<float> x, BatchNormNumbers n, int channel, float mean)
    {
        float total = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                float distance = x[At(n, channel, i)] - mean;
                part += distance * distance;
            }

            total += part;
        }

        return total;
    }

    /// <summary>Where value i of a channel is: clip i / T, step i % T.</summary>
    private static int At(BatchNormNumbers n, int channel, int i) =>
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
}
