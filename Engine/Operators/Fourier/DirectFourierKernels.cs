using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Rung 1 of <see cref="RealFft"/>, as the formula reads: a thread a result, N terms of 4 operations each. Sums of
/// blocks of blocks, so that long rows keep their digits.
/// </summary>
internal static class DirectFourierKernels
{
    private const int Block = 16;

    /// <summary>X_k = sum_n x_n exp(-2 pi i k n / N).</summary>
    [Rung(RealFftKernels.Ladder, 1)]
    public static void Forward(RealFftKernels.Args a)
    {
        int bins = (a.Length / 2) + 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * bins; i += Grid.DimX * Group.DimX)
        {
            int row = i / bins;
            int k = i - (row * bins);
            int start = row * a.Length;
            int turn = 0;
            float re = 0f;
            float im = 0f;
            for (int first = 0; first < a.Length; first += Block * Block)
            {
                int end = IntrinsicMath.Min(a.Length, first + (Block * Block));
                float middleRe = 0f;
                float middleIm = 0f;
                for (int block = first; block < end; block += Block)
                {
                    int last = IntrinsicMath.Min(end, block + Block);
                    float partRe = 0f;
                    float partIm = 0f;
                    for (int n = block; n < last; n++)
                    {
                        float x = a.Source[start + n];
                        partRe += x * a.Roots[2 * turn];
                        partIm += x * a.Roots[(2 * turn) + 1];
                        turn += k;
                        turn -= turn >= a.Length ? a.Length : 0;
                    }

                    middleRe += partRe;
                    middleIm += partIm;
                }

                re += middleRe;
                im += middleIm;
            }

            a.Target[2 * i] = re;
            a.Target[(2 * i) + 1] = im;
        }
    }

    /// <summary>
    /// x_n = 1/N (X_0 + 2 sum of re(X_k exp(+2 pi i k n / N)) below N/2 + (-1)^n X_{N/2} where N is even).
    /// </summary>
    [Rung(RealFftKernels.Ladder, 1)]
    public static void Inverse(RealFftKernels.Args a)
    {
        int bins = (a.Length / 2) + 1;
        int pairs = (a.Length - 1) / 2;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Length; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Length;
            int n = i - (row * a.Length);
            int start = 2 * row * bins;
            int turn = n;
            float sum = 0f;
            for (int first = 1; first <= pairs; first += Block * Block)
            {
                int end = IntrinsicMath.Min(pairs + 1, first + (Block * Block));
                float middle = 0f;
                for (int block = first; block < end; block += Block)
                {
                    int last = IntrinsicMath.Min(end, block + Block);
                    float part = 0f;
                    for (int k = block; k < last; k++)
                    {
                        int at = start + (2 * k);
                        part += (a.Source[at] * a.Roots[2 * turn]) + (a.Source[at + 1] * a.Roots[(2 * turn) + 1]);
                        turn += n;
                        turn -= turn >= a.Length ? a.Length : 0;
                    }

                    middle += part;
                }

                sum += middle;
            }

            float ends = a.Source[start];
            if (a.Length % 2 == 0)
            {
                float half = a.Source[start + a.Length];
                ends += n % 2 == 0 ? half : -half;
            }

            a.Target[i] = ((2f * sum) + ends) / a.Length;
        }
    }
}
