// The ladder: 1 (here) a group a channel. Forward learns the statistics as batch normalisation does and writes pooled
// values alone; backward finds the maximum of each window again in x, once for the sums and once for dX. Windows are
// shared out among the threads; what is left behind the last one is a window without a maximum.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="NormReluPool"/>.</summary>
internal static class NormReluPoolKernels
{
    public static void Train(TrainArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        BatchNormNumbers n = a.Norm.Numbers;
        int channel = Grid.IdxX;
        Float2 learnt = BatchNorm1dKernels.Learn(a.Norm, shared, channel);
        float scale = a.Norm.Gamma[channel] * learnt.Y;
        float shift = a.Norm.Beta[channel];
        int end = n.Batch * a.Windows;
        for (int i = Group.IdxX; i < end; i += Group.DimX)
        {
            int row = (i / a.Windows * n.Channels) + channel;
            int first = (row * n.Length) + (i % a.Windows * a.Window);
            a.Norm.Y[(row * a.Windows) + (i % a.Windows)] = Largest(a, first, learnt.X, scale, shift);
        }
    }

    /// <summary>The largest of a window's values, behind ReLU.</summary>
    internal static float Largest(TrainArgs a, int first, float mean, float scale, float shift)
    {
        float largest = ((a.Norm.X[first] - mean) * scale) + shift;
        for (int l = 1; l < a.Window; l++)
        {
            float value = ((a.Norm.X[first + l] - mean) * scale) + shift;
            if (MaximumOrNaN.IsTakenBy(value, largest))
            {
                largest = value;
            }
        }

        return MaximumOrNaN.Rectified(largest);
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
        Float2 mine = BlockSum.OfThread(new Gradients(a, channel, mean, scale, shift), n.Batch * a.Windows);
        float sum = GroupSum.Of(shared, mine.X);
        float sumByValue = GroupSum.Of(shared, mine.Y) * inverse;
        if (Group.IdxX == 0)
        {
            a.DBeta[channel] += sum;
            a.DGamma[channel] += sumByValue;
        }

        float centre = sum / n.Count;
        float slope = sumByValue * inverse / n.Count;
        int end = a.WantInput != 0 ? n.Batch * (a.Windows + 1) : 0;
        for (int i = Group.IdxX; i < end; i += Group.DimX)
        {
            int row = (i / (a.Windows + 1) * n.Channels) + channel;
            int window = i % (a.Windows + 1);
            int first = (row * n.Length) + (window * a.Window);
            int count = a.Window;
            int place = -1;
            float gradient = 0f;
            if (window < a.Windows)
            {
                place = PlaceOf(a, first, mean, scale, shift);
                gradient = Gradient(a, first + place, (row * a.Windows) + window, mean, scale, shift);
            }
            else
            {
                count = n.Length - (window * a.Window);
            }

            for (int l = 0; l < count; l++)
            {
                float own = 0f;
                if (l == place)
                {
                    own = gradient;
                }

                a.DX[first + l] = scale * (own - centre - ((a.X[first + l] - mean) * slope));
            }
        }
    }

    /// <summary>Where in its window the first maximum is.</summary>
    private static int PlaceOf(BackwardArgs a, int first, float mean, float scale, float shift)
    {
        int place = 0;
        float largest = ((a.X[first] - mean) * scale) + shift;
        for (int l = 1; l < a.Window; l++)
        {
            float value = ((a.X[first + l] - mean) * scale) + shift;
            if (MaximumOrNaN.IsTakenBy(value, largest))
            {
                largest = value;
                place = l;
            }
        }

        return place;
    }

    /// <summary>The gradient of a window where ReLU let its maximum through.</summary>
    private static float Gradient(BackwardArgs a, int at, int window, float mean, float scale, float shift) =>
        MaximumOrNaN.IsOpen(((a.X[at] - mean) * scale) + shift) ? a.DY[window] : 0f;

    internal readonly record struct TrainArgs(BatchNorm1dKernels.TrainArgs Norm, int Window, int Windows);

    internal readonly record struct BackwardArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> Statistics,
        ArrayView<float> DY, ArrayView<float> DGamma, ArrayView<float> DBeta, ArrayView<float> DX,
        BatchNormNumbers Numbers, int Window, int Windows, Flag WantInput);

    /// <summary>The gradients of a channel's windows, and their products with the distances of the maxima.</summary>
    private readonly record struct Gradients(BackwardArgs A, int Channel, float Mean, float Scale, float Shift) : ITerms
    {
        public Float2 At(int i)
        {
            int row = (i / A.Windows * A.Numbers.Channels) + Channel;
            int window = i % A.Windows;
            int first = (row * A.Numbers.Length) + (window * A.Window);
            int at = first + PlaceOf(A, first, Mean, Scale, Shift);
            float gradient = Gradient(A, at, (row * A.Windows) + window, Mean, Scale, Shift);
            return new Float2(gradient, gradient * (A.X[at] - Mean));
        }
    }
}
