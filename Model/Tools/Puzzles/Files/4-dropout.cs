// Puzzle 4, dropout. While training, each element is kept with probability 1 - Rate, and what is kept is scaled up so
// that its expected value stays what it was:
//   mask[i] = 1 / (1 - Rate) or 0,   y[i] = x[i] mask[i]
// Backward is given the mask of the forward pass and computes dX of dY.
// Keep the names of methods and arguments; `nativecnn puzzles check 4` finds them by name.
using ILGPU;

public static class DropoutKernels
{
    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.DX[i] = a.Mask[i] > 0f ? a.DY[i] : 0f;
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> Mask, ArrayView<float> DY, ArrayView<float> DX, int Length, float Rate);
}
