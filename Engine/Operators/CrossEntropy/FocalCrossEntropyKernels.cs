// A thread a row, striding over the grid; every group sums the targets' weights for itself, and a second launch adds
// the groups' sums where there is more than one.
using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="FocalCrossEntropy"/>.</summary>
internal static class FocalCrossEntropyKernels
{
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        SoftmaxCrossEntropyKernels.Args n = a.Entropy;
        SoftmaxCrossEntropyKernels.SumWeights(n, shared, weights);
        float smooth = n.LabelSmoothing / n.Classes;
        float loss = 0f;
        for (int row = Grid.GlobalLinearIndex; row < n.Rows; row += Grid.DimX * Group.DimX)
        {
            loss += Row(n, row, smooth, 1f / weights[0], a.Gamma);
        }

        loss = GroupSum.Of(shared, loss);
        if (Group.IdxX == 0)
        {
            n.Partials[Grid.IdxX] = loss;
        }
    }

    private static float Row(
        SoftmaxCrossEntropyKernels.Args n, int row, float smooth, float inverseWeight, float gamma)
    {
        var targets = new SoftmaxCrossEntropyKernels.RowTargets(n, row);
        int first = row * n.Classes;
        float max = SoftmaxLadder.Max(n.Logits, first, first + n.Classes);
        float sum = 0f;
        for (int c = 0; c < n.Classes; c++)
        {
            sum += Elementary.Exp(n.Logits[first + c] - max);
        }

        float log = Elementary.Log(sum);
        float loss = 0f;
        float slopes = 0f;
        for (int c = 0; c < n.Classes; c++)
        {
            float share = SoftmaxCrossEntropyKernels.ShareOf(n, c, targets, smooth);
            if (share != 0f)
            {
                float shifted = n.Logits[first + c] - max;
                var term = new FocalTerm(shifted, Elementary.Exp(shifted), sum, log, gamma);
                loss += share * term.Loss;
                slopes += share * term.Slope;
            }
        }

        if (n.WantGradient != 0)
        {
            for (int c = 0; c < n.Classes; c++)
            {
                float share = SoftmaxCrossEntropyKernels.ShareOf(n, c, targets, smooth);
                float shifted = n.Logits[first + c] - max;
                float e = Elementary.Exp(shifted);
                float slope = 0f;
                if (share != 0f)
                {
                    slope = share * new FocalTerm(shifted, e, sum, log, gamma).Slope;
                }

                n.DLogits[first + c] = (slope - (e / sum * slopes)) * inverseWeight;
            }
        }

        return loss * inverseWeight;
    }

    internal readonly record struct Args(SoftmaxCrossEntropyKernels.Args Entropy, float Gamma);
}
