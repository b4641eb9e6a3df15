// Puzzle 3, tap. A convolution without padding computes
//   y[b,k,l] = bias[k] + sum over c, r of weight[k,c,r] x[b,c,l + r]        l < OutputLength = Length - Taps + 1
// BackwardInput computes dX, [Batch, Channels, Length], from dY, [Batch, Filters, OutputLength].
// Keep the names of methods and arguments; `nativecnn puzzles check 3` finds them by name.
using ILGPU;

public static class Conv1dKernels
{
    public static void BackwardInput(BackwardArgs a)
    {
        int outputLength = a.Length - a.Taps + 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Channels * a.Length; i += Grid.DimX * Group.DimX)
        {
            int t = i % a.Length;
            int c = i / a.Length % a.Channels;
            int b = i / a.Length / a.Channels;
            float sum = 0f;
            for (int k = 0; k < a.Filters; k++)
            {
                for (int r = 0; r < a.Taps; r++)
                {
                    int l = t - r - 1;
                    if (l >= 0 && l < outputLength)
                    {
                        float weight = a.Weight[(((k * a.Channels) + c) * a.Taps) + r];
                        sum += weight * a.DY[(((b * a.Filters) + k) * outputLength) + l];
                    }
                }
            }

            a.DX[i] = sum;
        }
    }

    public readonly record struct BackwardArgs(
        ArrayView<float> Weight, ArrayView<float> DY, ArrayView<float> DX, int Batch, int Channels, int Length,
        int Filters, int Taps);
}
