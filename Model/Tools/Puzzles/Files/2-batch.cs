// Puzzle 2, batch. A dense layer computes, for every clip b of a mini-batch,
//   y[b,o] = bias[o] + sum over i of weight[o,i] x[b,i]
// BackwardWeight adds the gradient of the weights to DWeight, [Outputs, Inputs]. X is [Batch, Inputs], DY is
// [Batch, Outputs].
// Keep the names of methods and arguments; `nativecnn puzzles check 2` finds them by name.
using ILGPU;

public static class DenseKernels
{
    public static void BackwardWeight(BackwardArgs a)
    {
        for (int at = Grid.GlobalLinearIndex; at < a.Outputs * a.Inputs; at += Grid.DimX * Group.DimX)
        {
            int o = at / a.Inputs;
            int i = at % a.Inputs;
            float sum = 0f;
            for (int b = 0; b < a.Batch; b++)
            {
                sum = a.DY[(b * a.Outputs) + o] * a.X[(b * a.Inputs) + i];
            }

            a.DWeight[at] += sum;
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> X, ArrayView<float> DY, ArrayView<float> DWeight, int Batch, int Inputs, int Outputs);
}
