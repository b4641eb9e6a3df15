// The ladder. A row of C classes is 4 C + 4 bytes read and 4 C written, for some 30 C operations.
//   1. Pass         a thread a row, values pass through the gradient.
//   2. GroupPass    a group a row of any length, threads meet in shared memory, the row is read for each of its passes.
//   3. SharedPass   a row in the registers of a power of two of threads, four neighbours each, in one load and one
//                   store of 16 bytes where it can be; they meet in shared memory.
//   4. WarpPass     the same, and they meet by shuffles: rows that a warp holds.
// All: one launch where a group holds the mini-batch, else GroupSum.Total adds the groups' sums; every group sums the
// targets' weights for itself, which spares a launch before it. RowPlan.cs says which runs when.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="SoftmaxCrossEntropy"/>.</summary>
internal static class SoftmaxCrossEntropyKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "softmax-cross-entropy";

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        float loss = LossOfGroup(a, shared, weights);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    /// <summary>Rung 2.</summary>
    [Rung(Ladder, 2)]
    public static void GroupPass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        float loss = LossOfRow(a, Grid.IdxX, a.Logits, Grid.IdxX * a.Classes, shared, weights);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    /// <summary>Rung 3.</summary>
    [Rung(Ladder, 3)]
    public static void SharedPass(Args a) => PassInRegisters<SharedLanes>(a);

    /// <summary>Rung 4.</summary>
    [Rung(Ladder, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpPass(Args a) => PassInRegisters<WarpLanes>(a);

    private static void PassInRegisters<TLanes>(Args a) where TLanes : struct, IRowLanes
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        float loss = LossInRegisters<TLanes>(a, shared, weights);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = loss;
        }
    }

    /// <summary>As <see cref="LossOfGroup"/>, on rungs 3 and 4.</summary>
    internal static float LossInRegisters<TLanes>(Args a, ArrayView<float> shared, ArrayView<float> weights)
        where TLanes : struct, IRowLanes
    {
        SumWeights(a, shared, weights);
        float weightOfTargets = weights[0];
        float smooth = a.LabelSmoothing / a.Classes;
        int lane = Group.IdxX % a.Lanes;
        int c = 4 * lane;
        int rowOfGrid = ((Grid.IdxX * Group.DimX) + Group.IdxX) / a.Lanes;
        float loss = 0f;
        for (int firstRow = 0; firstRow < a.Rows; firstRow += Grid.DimX * Group.DimX / a.Lanes)
        {
            int row = firstRow + rowOfGrid;
            int at = (row * a.Classes) + c;
            int there = row < a.Rows ? a.Classes - c : 0;
            var targets = new RowTargets(a, row < a.Rows ? row : 0);
            float all = targets.Certain + targets.SecondCertain + (smooth * weights[1]);
            Float4 x = Float4Row.Read(a.Logits, at, there, a.InFloat4);
            float max = default(TLanes).Max(shared, lane, a.Lanes, Float4Row.Max(x, there));
            Float4 e = Float4Row.Exp(x, max, there);
            var shares = new Float4(
                there > 0 ? ShareOf(a, c, targets, smooth) : 0f,
                there > 1 ? ShareOf(a, c + 1, targets, smooth) : 0f,
                there > 2 ? ShareOf(a, c + 2, targets, smooth) : 0f,
                there > 3 ? ShareOf(a, c + 3, targets, smooth) : 0f);
            float sum = default(TLanes).Sum(shared, lane, a.Lanes, Float4Row.Sum(e));
            float linear = default(TLanes).Sum(shared, lane, a.Lanes, Float4Row.Sum(new Float4(
                there > 0 ? Term(shares.X, x.X - max) : 0f,
                there > 1 ? Term(shares.Y, x.Y - max) : 0f,
                there > 2 ? Term(shares.Z, x.Z - max) : 0f,
                there > 3 ? Term(shares.W, x.W - max) : 0f)));
            if (a.WantGradient != 0)
            {
                float scale = all / (sum * weightOfTargets);
                Float4Row.Write(a.DLogits, at, there, a.InFloat4, new Float4(
                    (scale * e.X) - (shares.X / weightOfTargets), (scale * e.Y) - (shares.Y / weightOfTargets),
                    (scale * e.Z) - (shares.Z / weightOfTargets), (scale * e.W) - (shares.W / weightOfTargets)));
            }

            bool leads = lane == 0 && row < a.Rows;
            loss += leads ? ((all * Elementary.Log(sum)) - linear) / weightOfTargets : 0f;
        }

        return GroupSum.Of(shared, loss);
    }

    /// <summary>Rung 2's loss of a row, for every thread of the group; its gradient is stored.</summary>
    /// <param name="a">The arguments.</param>
    /// <param name="row">The row.</param>
    /// <param name="logits">Where its logits are, in global or in shared memory.</param>
    /// <param name="first">The place of the first of them.</param>
    /// <param name="shared">A place for every thread.</param>
    /// <param name="weights">Two places.</param>
    internal static float LossOfRow(
        Args a, int row, ArrayView<float> logits, int first, ArrayView<float> shared, ArrayView<float> weights)
    {
        SumWeights(a, shared, weights);
        float weightOfTargets = weights[0];
        float smooth = a.LabelSmoothing / a.Classes;
        var targets = new RowTargets(a, row);
        float all = targets.Certain + targets.SecondCertain + (smooth * weights[1]);
        float max = float.NegativeInfinity;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float x = logits[first + c];
            max = x > max ? x : max;
        }

        max = default(SharedLanes).Max(shared, Group.IdxX, Group.DimX, max);
        float sum = 0f;
        float linear = 0f;
        for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
        {
            float shifted = logits[first + c] - max;
            sum += Elementary.Exp(shifted);
            linear += Term(ShareOf(a, c, targets, smooth), shifted);
        }

        sum = GroupSum.Of(shared, sum);
        linear = GroupSum.Of(shared, linear);
        if (a.WantGradient != 0)
        {
            float scale = all / (sum * weightOfTargets);
            for (int c = Group.IdxX; c < a.Classes; c += Group.DimX)
            {
                float share = ShareOf(a, c, targets, smooth) / weightOfTargets;
                a.DLogits[(row * a.Classes) + c] = (scale * Elementary.Exp(logits[first + c] - max)) - share;
            }
        }

        return ((all * Elementary.Log(sum)) - linear) / weightOfTargets;
    }

    /// <summary>Rung 1's loss of the rows of this group, for every thread of it; their gradients are stored.</summary>
    internal static float LossOfGroup(Args a, ArrayView<float> shared, ArrayView<float> weights)
    {
        SumWeights(a, shared, weights);
        float smooth = a.LabelSmoothing / a.Classes;
        float loss = 0f;
        for (int row = Grid.GlobalLinearIndex; row < a.Rows; row += Grid.DimX * Group.DimX)
        {
            loss += Row(a, row, smooth, smooth * weights[1], weights[0]);
        }

        return GroupSum.Of(shared, loss);
    }

    /// <summary>
    /// The weight of all targets and of all classes, for every thread of the group, in weights[0] and weights[1].
    /// Through shared memory: PoCL cannot compile a local that a branch with barriers in it assigns.
    /// </summary>
    internal static void SumWeights(Args a, ArrayView<float> shared, ArrayView<float> weights)
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
                var targets = new RowTargets(a, row);
                mine += targets.Weight;
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
    }

    private static float Row(Args a, int row, float smooth, float smoothSum, float weightOfTargets)
    {
        var targets = new RowTargets(a, row);
        int first = row * a.Classes;
        float max = SoftmaxLadder.Max(a.Logits, first, first + a.Classes);
        float sum = 0f;
        float linear = 0f;
        for (int c = 0; c < a.Classes; c++)
        {
            float shifted = a.Logits[first + c] - max;
            float e = Elementary.Exp(shifted);
            sum += e;
            linear += Term(ShareOf(a, c, targets, smooth), shifted);
            if (a.WantGradient != 0)
            {
                a.DLogits[first + c] = e;
            }
        }

        float all = targets.Certain + targets.SecondCertain + smoothSum;
        if (a.WantGradient != 0)
        {
            float scale = all / (sum * weightOfTargets);
            for (int c = 0; c < a.Classes; c++)
            {
                float share = ShareOf(a, c, targets, smooth) / weightOfTargets;
                a.DLogits[first + c] = (scale * a.DLogits[first + c]) - share;
            }
        }

        return ((all * Elementary.Log(sum)) - linear) / weightOfTargets;
    }

    /// <summary>a_c (x_c - m) of the contract; 0 where a_c is, though the logit be minus infinity.</summary>
    private static float Term(float share, float shifted) => share == 0f ? 0f : share * shifted;

    /// <summary>a_c of the contract.</summary>
    internal static float ShareOf(Args a, int c, RowTargets targets, float smooth)
    {
        float share = a.Weighted != 0 ? smooth * a.ClassWeights[c] : smooth;
        share += c == targets.First ? targets.Certain : 0f;
        return c == targets.Second ? share + targets.SecondCertain : share;
    }

    private static float WeightOf(Args a, int target)
    {
        float weight = 1f;
        if (a.Weighted != 0)
        {
            weight = target >= 0 && target < a.Classes ? a.ClassWeights[target] : 0f;
        }

        return weight;
    }

    /// <summary>
    /// The classes that a row shall have, each with its share of what is not smoothed, and their weight.
    /// </summary>
    internal readonly struct RowTargets
    {
        public readonly int First;
        public readonly int Second;
        public readonly float Certain;
        public readonly float SecondCertain;
        public readonly float Weight;

        public RowTargets(Args a, int row)
        {
            First = a.Targets[row];
            Second = a.SecondTargets[row];
            float second = a.Mixed != 0 ? a.SecondShares[row] : 0f;
            float weight = (1f - second) * WeightOf(a, First);
            float secondWeight = second * WeightOf(a, Second);
            Certain = (1f - a.LabelSmoothing) * weight;
            SecondCertain = (1f - a.LabelSmoothing) * secondWeight;
            Weight = weight + secondWeight;
        }
    }

    internal readonly record struct Args(
        ArrayView<float> Logits, ArrayView<int> Targets, ArrayView<float> ClassWeights, ArrayView<float> DLogits,
        ArrayView<int> SecondTargets, ArrayView<float> SecondShares, ArrayView<float> Partials, int Rows, int Classes,
        float LabelSmoothing, int Weighted, int WantGradient, int Mixed, int Lanes)
    {
        public int InFloat4 { get; } = Classes % 4 == 0 && Float4.CanRead(Logits) && Float4.CanRead(DLogits) ? 1 : 0;
    }
}
