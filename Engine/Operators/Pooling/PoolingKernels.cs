// The portable kernels of MaxPool1d and AveragePool1d. The ladder:
//   rung 1 (here): one thread an output, striding over the grid. Backward gathers: a thread of dX asks the few windows
//                  that hold its step, so that nothing is scattered and no atomics are needed.
// Limited by memory: a further rung only pays where pooling is fused (ConvReluPool).
using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="MaxPool1d"/> and <see cref="AveragePool1d"/>.</summary>
internal static class PoolingKernels
{
    public static void MaxForward(MaxForwardArgs a)
    {
        PoolingNumbers n = a.Numbers;
        int count = n.Rows * n.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int row = i / n.OutputLength * n.Length;
            int start = (i % n.OutputLength * n.Stride) - n.Padding;
            int first = IntrinsicMath.Max(0, start);
            int end = IntrinsicMath.Min(n.Length, start + n.Window);
            int place = first;
            float best = a.X[row + first];
            for (int t = first + 1; t < end; t++)
            {
                float value = a.X[row + t];
                if (MaximumOrNaN.IsTakenBy(value, best))
                {
                    best = value;
                    place = t;
                }
            }

            a.Y[i] = best;
            a.ArgMax[i] = place;
        }
    }

    /// <summary>The same where nobody asks for the places.</summary>
    public static void MaxForwardWithoutArgMax(MaximaArgs a)
    {
        PoolingNumbers n = a.Numbers;
        int count = n.Rows * n.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int row = i / n.OutputLength * n.Length;
            int start = (i % n.OutputLength * n.Stride) - n.Padding;
            int first = IntrinsicMath.Max(0, start);
            int end = IntrinsicMath.Min(n.Length, start + n.Window);
            float best = a.X[row + first];
            for (int t = first + 1; t < end; t++)
            {
                float value = a.X[row + t];
                best = MaximumOrNaN.IsTakenBy(value, best) ? value : best;
            }

            a.Y[i] = best;
        }
    }

    public static void MaxBackward(MaxBackwardArgs a)
    {
        PoolingNumbers n = a.Numbers;
        int count = n.Rows * n.Length;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int t = i % n.Length;
            int windows = i / n.Length * n.OutputLength;
            float sum = 0f;
            for (int j = n.FirstWindow(t); j < n.EndWindow(t); j++)
            {
                if (a.ArgMax[windows + j] == t)
                {
                    sum += a.DY[windows + j];
                }
            }

            a.DX[i] = sum;
        }
    }

    public static void AverageForward(AverageArgs a)
    {
        PoolingNumbers n = a.Numbers;
        int count = n.Rows * n.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int row = i / n.OutputLength * n.Length;
            int start = (i % n.OutputLength * n.Stride) - n.Padding;
            int end = IntrinsicMath.Min(n.Length, start + n.Window);
            float sum = 0f;
            for (int t = IntrinsicMath.Max(0, start); t < end; t++)
            {
                sum += a.From[row + t];
            }

            a.To[i] = sum / n.DivisorOf(i % n.OutputLength, a.Counted);
        }
    }

    public static void AverageBackward(AverageArgs a)
    {
        PoolingNumbers n = a.Numbers;
        int count = n.Rows * n.Length;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int t = i % n.Length;
            int windows = i / n.Length * n.OutputLength;
            float sum = 0f;
            for (int j = n.FirstWindow(t); j < n.EndWindow(t); j++)
            {
                sum += a.From[windows + j] / n.DivisorOf(j, a.Counted);
            }

            a.To[i] = sum;
        }
    }

    internal readonly record struct MaxForwardArgs(
        ArrayView<float> X, ArrayView<float> Y, ArrayView<int> ArgMax, PoolingNumbers Numbers);

    internal readonly record struct MaximaArgs(ArrayView<float> X, ArrayView<float> Y, PoolingNumbers Numbers);

    internal readonly record struct MaxBackwardArgs(
        ArrayView<float> DY, ArrayView<int> ArgMax, ArrayView<float> DX, PoolingNumbers Numbers);

    internal readonly record struct AverageArgs(
        ArrayView<float> From, ArrayView<float> To, int Counted, PoolingNumbers Numbers);
}
