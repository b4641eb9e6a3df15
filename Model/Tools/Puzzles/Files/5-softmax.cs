// Puzzle 5, softmax. Every row of x becomes y[c] = e^x[c] / sum over k of e^x[k]. Backward is given y and dY, both
// [Rows, Classes], and computes dX. One thread a row.
// Keep the names of methods and arguments; `nativecnn puzzles check 5` finds them by name.
using ILGPU;

public static class SoftmaxKernels
{
    public static void Backward(BackwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            int first = row * a.Classes;
            for (int i = first; i < first + a.Classes; i++)
            {
                float y = a.Y[i];
                a.DX[i] = a.DY[i] * y * (1f - y);
            }
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<float> DX, int Rows, int Classes);
}
