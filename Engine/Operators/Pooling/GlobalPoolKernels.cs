using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="GlobalMeanMaxPool"/>.</summary>
internal static class GlobalPoolKernels
{
    // A row's sum goes block by block, so that its error grows with the number of blocks alone.
    private const int TermsOfBlock = 64;

    public static void Forward(ForwardArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            GlobalPoolRow pooled = Pool(a.X, row * a.Length, a.Length);
            int target = (row / a.Channels * 2 * a.Channels) + (row % a.Channels);
            a.Y[target] = pooled.Mean;
            a.Y[target + a.Channels] = pooled.Largest;
            a.ArgMax[row] = pooled.Place;
        }
    }

    /// <summary>Mean and maximum of the steps from a place on.</summary>
    internal static GlobalPoolRow Pool(ArrayView<float> x, int start, int length)
    {
        int place = 0;
        float best = x[start];
        float sum = 0f;
        for (int first = 0; first < length; first += TermsOfBlock)
        {
            int end = IntrinsicMath.Min(length, first + TermsOfBlock);
            float part = 0f;
            for (int t = first; t < end; t++)
            {
                float value = x[start + t];
                part += value;
                if (!float.IsNaN(best) && (float.IsNaN(value) || value > best))
                {
                    best = value;
                    place = t;
                }
            }

            sum += part;
        }

        return new GlobalPoolRow(sum / length, best, place);
    }

    /// <summary>The same where nobody asks for the places.</summary>
    public static void ForwardWithoutArgMax(MeansAndMaximaArgs a)
    {
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            GlobalPoolRow pooled = Pool(a.X, row * a.Length, a.Length);
            int target = (row / a.Channels * 2 * a.Channels) + (row % a.Channels);
            a.Y[target] = pooled.Mean;
            a.Y[target + a.Channels] = pooled.Largest;
        }
    }

    public static void Backward(BackwardArgs a)
    {
        int count = a.Rows * a.Length;
        for (int i = Grid.GlobalLinearIndex; i < count; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Length;
            int source = (row / a.Channels * 2 * a.Channels) + (row % a.Channels);
            float value = a.DY[source] / a.Length;
            a.DX[i] = a.ArgMax[row] == i % a.Length ? value + a.DY[source + a.Channels] : value;
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Y, ArrayView<int> ArgMax, int Rows, int Channels, int Length);

    internal readonly record struct MeansAndMaximaArgs(
        ArrayView<float> X, ArrayView<float> Y, int Rows, int Channels, int Length);

    internal readonly record struct BackwardArgs(
        ArrayView<float> DY, ArrayView<int> ArgMax, ArrayView<float> DX, int Rows, int Channels, int Length);
}
