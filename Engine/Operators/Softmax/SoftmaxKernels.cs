// The ladder: 1 (here) one thread a row, striding over the grid, for the tens of classes that a classifier has;
// 2 would give a row to the lanes of a warp, once rows of many hundred classes count.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Softmax"/> and <see cref="LogSoftmax"/>.</summary>
internal static class SoftmaxKernels
{
    public static void Forward(ForwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float max = Max(a.Logits, first, end);
            float sum = 0f;
            for (int i = first; i < end; i++)
            {
                float e = Elementary.Exp(a.Logits[i] - max);
                a.Y[i] = e;
                sum += e;
            }

            float scale = 1f / sum;
            for (int i = first; i < end; i++)
            {
                a.Y[i] *= scale;
            }
        }
    }

    public static void Backward(BackwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float mean = 0f;
            for (int i = first; i < end; i++)
            {
                mean += a.DY[i] * a.Y[i];
            }

            for (int i = first; i < end; i++)
            {
                a.DX[i] = a.Y[i] * (a.DY[i] - mean);
            }
        }
    }

    public static void LogForward(ForwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float max = Max(a.Logits, first, end);
            float sum = 0f;
            for (int i = first; i < end; i++)
            {
                sum += Elementary.Exp(a.Logits[i] - max);
            }

            float logSum = Elementary.Log(sum);
            for (int i = first; i < end; i++)
            {
                a.Y[i] = a.Logits[i] - max - logSum;
            }
        }
    }

    public static void LogBackward(BackwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float sum = 0f;
            for (int i = first; i < end; i++)
            {
                sum += a.DY[i];
            }

            for (int i = first; i < end; i++)
            {
                a.DX[i] = a.DY[i] - (Elementary.Exp(a.Y[i]) * sum);
            }
        }
    }

    /// <summary>The largest of values[first..end].</summary>
    public static float Max(ArrayView<float> values, int first, int end)
    {
        float max = values[first];
        for (int i = first + 1; i < end; i++)
        {
            max = values[i] > max ? values[i] : max;
        }

        return max;
    }

    internal readonly struct ForwardArgs(ArrayView<float> logits, ArrayView<float> y, int rows, int classes)
    {
        public readonly ArrayView<float> Logits = logits;
        public readonly ArrayView<float> Y = y;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
    }

    internal readonly struct BackwardArgs(
        ArrayView<float> y, ArrayView<float> dY, ArrayView<float> dX, int rows, int classes)
    {
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DX = dX;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
    }
}
