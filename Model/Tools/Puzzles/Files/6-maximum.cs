// Puzzle 6, maximum. Windows of Window steps, side by side, each become their maximum:
//   y[j] = max(x[j Window], ..., x[j Window + Window - 1])
// Backward is given x and dY and computes dX: the step that was the maximum gets the gradient of its window, the others
// get 0. One thread a window; rows are whole windows long, so that windows can be counted through all of them.
// Keep the names of methods and arguments; `nativecnn puzzles check 6` finds them by name.
using ILGPU;

public static class PoolingKernels
{
    public static void Backward(BackwardArgs a)
    {
        for (int j = Grid.GlobalLinearIndex; j < a.Windows; j += Grid.DimX * Group.DimX)
        {
            int first = j * a.Window;
            int place = first;
            for (int t = first + 1; t < first + a.Window; t++)
            {
                if (a.X[t] > a.X[first])
                {
                    place = t;
                }
            }

            for (int t = first; t < first + a.Window; t++)
            {
                a.DX[t] = t == place ? a.DY[j] : 0f;
            }
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> X, ArrayView<float> DY, ArrayView<float> DX, int Windows, int Window);
}
