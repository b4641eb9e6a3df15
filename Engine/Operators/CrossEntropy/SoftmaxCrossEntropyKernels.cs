// The ladder: 1 (here) one thread a row, one launch for a mini-batch of up to a group of rows, else a second one that
// adds the groups' sums; every group sums the targets' weights for itself, which spares a launch before it.
// 2 would give a row to the lanes of a warp, once rows of many hundred classes count.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="SoftmaxCrossEntropy"/>.</summary>
internal static class SoftmaxCrossEntropyKernels
{
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        // Through shared memory: PoCL cannot compile a local that a branch with barriers in it assigns.
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        float loss = LossOfGroup(a, shared, weights);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    /// <summary>The loss of the rows of this group, for every thread of it; their gradients are stored.</summary>
    internal static float LossOfGroup(Args a, ArrayView<float> shared, ArrayView<float> weights)
    {
        if (Group.IdxX == 0)
        {
            weights[0] = a.Rows;
            weights[1] = a.Classes;
        }

        if (a.Weighted != 0)
        {
            float mine = 0f;
            for (int row = Group.IdxX; row < a.Rows; row += Group.DimX)
            {
                float second = SecondShareOf(a, row);
                mine += ((1f - second) * WeightOf(a, a.Targets[row])) + (second * WeightOf(a, a.SecondTargets[row]));
            }

            float ofTargets = GroupSum.Of(shared, mine);
            mine = 0f;
            for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
            {
                mine += a.ClassWeights[c];
            }

            float ofClasses = GroupSum.Of(shared, mine);
            if (Group.IdxX == 0)
            {
                weights[0] = ofTargets;
                weights[1] = ofClasses;
            }
        }

        Group.Barrier();
        float weightOfTargets = weights[0];
        float weightOfClasses = weights[1];
        float smooth = a.LabelSmoothing / a.Classes;
        float loss = 0f;
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            loss += Row(a, row, smooth, smooth * weightOfClasses, weightOfTargets);
        }

        return GroupSum.Of(shared, loss);
    }

    private static float Row(Args a, int row, float smooth, float smoothSum, float weightOfTargets)
    {
        int target = a.Targets[row];
        int first = row * a.Classes;
        float max = SoftmaxKernels.Max(a.Logits, first, first + a.Classes);
        int second = a.SecondTargets[row];
        float secondShare = SecondShareOf(a, row);
        float certain = (1f - a.LabelSmoothing) * (1f - secondShare) * WeightOf(a, target);
        float secondCertain = (1f - a.LabelSmoothing) * secondShare * WeightOf(a, second);
        float sum = 0f;
        float linear = 0f;
        for (int c = 0; c < a.Classes; c++)
        {
            float shifted = a.Logits[first + c] - max;
            float e = Elementary.Exp(shifted);
            sum += e;
            linear += ShareOf(a, c, target, certain, second, secondCertain, smooth) * shifted;
            if (a.WantGradient != 0)
            {
                a.DLogits[first + c] = e;
            }
        }

        float all = certain + secondCertain + smoothSum;
        if (a.WantGradient != 0)
        {
            float scale = all / (sum * weightOfTargets);
            for (int c = 0; c < a.Classes; c++)
            {
                float share = ShareOf(a, c, target, certain, second, secondCertain, smooth) / weightOfTargets;
                a.DLogits[first + c] = (scale * a.DLogits[first + c]) - share;
            }
        }

        return ((all * Elementary.Log(sum)) - linear) / weightOfTargets;
    }

    /// <summary>a_c of the contract.</summary>
    private static float ShareOf(
        Args a, int c, int target, float certain, int second, float secondCertain, float smooth)
    {
        float share = a.Weighted != 0 ? smooth * a.ClassWeights[c] : smooth;
        share += c == target ? certain : 0f;
        return c == second ? share + secondCertain : share;
    }

    private static float SecondShareOf(Args a, int row) => a.Mixed != 0 ? a.SecondShares[row] : 0f;

    private static float WeightOf(Args a, int target)
    {
        float weight = 1f;
        if (a.Weighted != 0)
        {
            weight = target >= 0 && target < a.Classes ? a.ClassWeights[target] : 0f;
        }

        return weight;
    }

    internal readonly struct Args(
        ArrayView<float> logits,
        ArrayView<int> targets,
        ArrayView<float> classWeights,
        ArrayView<float> dLogits,
        ArrayView<int> secondTargets,
        ArrayView<float> secondShares,
        ArrayView<float> partials,
        int rows,
        int classes,
        float labelSmoothing,
        int weighted,
        int wantGradient,
        int mixed)
    {
        public readonly ArrayView<float> Logits = logits;
        public readonly ArrayView<int> Targets = targets;
        public readonly ArrayView<float> ClassWeights = classWeights;
        public readonly ArrayView<float> DLogits = dLogits;
        public readonly ArrayView<int> SecondTargets = secondTargets;
        public readonly ArrayView<float> SecondShares = secondShares;
        public readonly ArrayView<float> Partials = partials;
        public readonly int Rows = rows;
        public readonly int Classes = classes;
        public readonly float LabelSmoothing = labelSmoothing;
        public readonly int Weighted = weighted;
        public readonly int WantGradient = wantGradient;
        public readonly int Mixed = mixed;
    }
}
