// Puzzle 8, sectors. A ReLU's gradient: dX = dY where y > 0, else 0, of arrays [Rows, Columns] that lie row by row. The
// numbers are right. But 32 neighbouring threads read memory together, in sectors of 32 bytes: 4 sectors where they
// read neighbours, up to 32 where each reads elsewhere. On a GPU this kernel takes several times as long as it need.
// Keep the names of methods and arguments; `nativecnn puzzles check 8` finds them by name.
using ILGPU;

public static class ReluKernels
{
    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Rows * a.Columns; i += Grid.DimX * Group.DimX)
        {
            int row = i % a.Rows;
            int column = i / a.Rows;
            int at = (row * a.Columns) + column;
            a.DX[at] = a.Y[at] > 0f ? a.DY[at] : 0f;
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<float> DX, int Rows, int Columns);
}
