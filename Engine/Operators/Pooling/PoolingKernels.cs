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
        int count = a.Numbers.Rows * a.Numbers.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = Maximum(a.X, a.Numbers, i, out int place);
            a.ArgMax[i] = place;
        }
    }

    /// <summary>The same where nobody asks for the places.</summary>
    public static void MaxForwardWithoutArgMax(MaximaArgs a)
    {
        int count = a.Numbers.Rows * a.Numbers.OutputLength;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = Maximum(a.X, a.Numbers, i, out _);
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
            int window = i % n.OutputLength;
            int end = n.EndStep(window);
            float sum = 0f;
            for (int t = n.FirstStep(window); t < end; t++)
            {
                sum += a.From[row + t];
            }

            a.To[i] = sum / n.DivisorOf(window, a.Counted);
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

    /// <summary>The maximum of window i, and the step that has it first.</summary>
    private static float Maximum(ArrayView<float> x, PoolingNumbers n, int i, out int place)
    {
        int row = i / n.OutputLength * n.Length;
        int first = n.FirstStep(i % n.OutputLength);
        int end = n.EndStep(i % n.OutputLength);
        float best = x[row + first];
        place = first;
        for (int t = first + 1; t < end; t++)
        {
            float value = x[row + t];
            if (MaximumOrNaN.IsTakenBy(value, best))
            {
                best = value;
                place = t;
            }
        }

        return best;
    }

    internal readonly record struct MaxForwardArgs(
        ArrayView<float> X, ArrayView<float> Y, ArrayView<int> ArgMax, PoolingNumbers Numbers);

    internal readonly record struct MaximaArgs(ArrayView<float> X, ArrayView<float> Y, PoolingNumbers Numbers);

    internal readonly record struct MaxBackwardArgs(
        ArrayView<float> DY, ArrayView<int> ArgMax, ArrayView<float> DX, PoolingNumbers Numbers);

    internal readonly record struct AverageArgs(
        ArrayView<float> From, ArrayView<float> To, int Counted, PoolingNumbers Numbers);
}
