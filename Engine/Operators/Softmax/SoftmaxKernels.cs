// The ladder. A row of C values is 4 C bytes read and 4 C written (8 C and 4 C backward), for some 25 C operations,
// nearly all of them the exponential's.
//   1. Forward, Backward, LogForward, LogBackward: a thread a row, striding over the grid; values pass through the
//      output. For few classes, and for processors.
//   2. GroupForward, GroupBackward    a group a row of any length, threads meet in shared memory; the row is read
//                                     again for each of its passes, from the cache.
//   3. SharedForward, SharedBackward  a row in the registers of a power of two of threads, four neighbours each, in one
//                                     load and one store of 16 bytes where it can be; they meet in shared memory.
//   4. WarpForward, WarpBackward      the same, and they meet by shuffles, without a barrier: rows that a warp holds.
// 2 to 4 are in SoftmaxRowKernels.cs, for both operators; RowPlan.cs says which runs when.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Softmax"/> and <see cref="LogSoftmax"/>.</summary>
internal static class SoftmaxKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "softmax";

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
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

    /// <inheritdoc cref="Forward"/>
    [Rung(Ladder, 1)]
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

    /// <inheritdoc cref="Forward"/>
    [Rung(Ladder, 1)]
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

    /// <inheritdoc cref="Forward"/>
    [Rung(Ladder, 1)]
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
