// Puzzle 1, sign. A layer computes y = tanh(x) for every element. Backward is given y and dY, the gradient of y, and
// computes dX = dY dy/dx.
// Keep the names of methods and arguments; `nativecnn puzzles check 1` finds them by name.
using ILGPU;

public static class TanhKernels
{
    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float y = a.Y[i];
            a.DX[i] = a.DY[i] * (1f + (y * y));
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> Y, ArrayView<float> DY, ArrayView<float> DX, int Length);
}
