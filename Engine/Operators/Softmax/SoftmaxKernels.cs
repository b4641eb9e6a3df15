// The ladder. A row of C values is 4 C bytes read and 4 C written (8 C and 4 C backward), for some 25 C operations,
// nearly all of them the exponential's.
//   1. Forward, Backward              a thread a row, striding over the grid; values pass through the output. For few
//                                     classes, and for processors.
//   2. GroupForward, GroupBackward    a group a row of any length, threads meet in shared memory; the row is read
//                                     again for each of its passes, from the cache.
//   3. SharedForward, SharedBackward  a row in the registers of a power of two of threads, four neighbours each, in one
//                                     load and one store of 16 bytes where it can be; they meet in shared memory.
//   4. WarpForward, WarpBackward      the same, and they meet by shuffles, without a barrier: rows that a warp holds.
// 2 to 4 are in SoftmaxRowKernels.cs; RowPlan.cs says which runs when. All are listed for both forms: softmax.forward,
// log-softmax.forward.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>Rung 1 of <see cref="Softmax"/> and <see cref="LogSoftmax"/>.</summary>
/// <typeparam name="TForm">Which of them.</typeparam>
internal static class SoftmaxKernels<TForm> where TForm : struct, ISoftmaxForm
{
    /// <summary>Rung 1.</summary>
    [Rung(SoftmaxLadder.Name, 1)]
    public static void Forward(ForwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float max = SoftmaxLadder.Max(a.Logits, first, end);
            float sum = 0f;
            for (int i = first; i < end; i++)
            {
                float shifted = a.Logits[i] - max;
                float e = Elementary.Exp(shifted);
                a.Y[i] = TForm.Keep(shifted, e);
                sum += e;
            }

            float normalizer = TForm.Normalizer(sum);
            for (int i = first; i < end; i++)
            {
                a.Y[i] = TForm.Output(a.Y[i], normalizer);
            }
        }
    }

    /// <inheritdoc cref="Forward"/>
    [Rung(SoftmaxLadder.Name, 1)]
    public static void Backward(BackwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            int end = first + a.Classes;
            float sum = 0f;
            for (int i = first; i < end; i++)
            {
                sum += TForm.Term(a.Y[i], a.DY[i]);
            }

            for (int i = first; i < end; i++)
            {
                a.DX[i] = TForm.Gradient(a.Y[i], a.DY[i], sum);
            }
        }
    }

    internal readonly record struct ForwardArgs(ArrayView<float> Logits, ArrayView<float> Y, int Rows, int Classes);

    internal readonly record struct BackwardArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<float> DX, int Rows, int Classes);
}
