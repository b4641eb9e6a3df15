// The last dense layer of a classifier and its loss in one launch, a group of threads a row b of the mini-batch:
//   h[b, i]  what the layer is given: read, or computed here by what came before it (IDenseRow)
//   z[b, c]  = bias[c] + sum over i of h[b, i] W[c, i]
//   the row's loss and dZ[b, :] as SoftmaxCrossEntropy's contract has them, by its rung 2
// and the last group to finish adds the rows' losses and right answers, as ClassificationMeter's contract has them, and
// moves the position on (LastGroup.cs): always in the same order, so always the same bits.
//   OfValues   h lies in memory
//   OfParts    h = max(bias + parts of a product, 0) mask: a dense layer with ReLU and dropout, whose terms are split
//   OfPool     h = (mean and maximum of each channel over time) mask: GlobalMeanMaxPool with dropout
// Weighed on the article's step at batch 64: 64 groups on 132 multiprocessors, in place of 32 groups for the parts, 4
// for the product and one for the loss, in three launches; a group adds its row's 128 elements of the parts, 24 KiB, a
// thread each, eight loads under way, as Combine does. Above 32 classes or 256 rows the layers run apart, and on OpenCL
// devices, where PoCL compiles one of these kernels, with its many barriers, for minutes.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="ClassificationLoss"/> that compute the logits too.</summary>
internal static class DenseLossKernels
{
    /// <summary>Most elements of a row, h.</summary>
    public const int MostInputs = 1024;

    /// <summary>Most classes.</summary>
    public const int MostClasses = 32;

    private const int LanesOfClass = 8;

    public static void OfValues(ValuesArgs a) => Pass(a.Head, new DenseRowOfValues(a.X));

    public static void OfParts(PartsArgs a) => Pass(a.Head, new DenseRowOfParts(a.Parts, a.Step, a.Dropout, a.Drops));

    public static void OfPool(PoolArgs a) => Pass(
        a.Head, new DenseRowOfPool(a.X, a.ArgMax, a.H, a.Step, a.Dropout, a.Drops, a.Channels, a.Length));

    private static void Pass<TRow>(Args a, TRow source) where TRow : struct, IDenseRow
    {
        ArrayView<float> h = SharedMemory.Allocate<float>(MostInputs);
        ArrayView<float> logits = SharedMemory.Allocate<float>(MostClasses);
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<int> counts = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        ArrayView<int> flag = SharedMemory.Allocate<int>(1);
        int row = Grid.IdxX;
        source.Fill(h, row, a.Inputs);
        Group.Barrier();

        // Neighbours share a class: their loads of W are neighbours.
        int lane = Group.IdxX % LanesOfClass;
        int own = Group.IdxX / LanesOfClass;
        for (int first = 0; first < a.Loss.Classes; first += Group.DimX / LanesOfClass)
        {
            int c = first + own;
            float mine = 0f;
            for (int i = lane; i < a.Inputs; i += LanesOfClass)
            {
                if (c < a.Loss.Classes)
                {
                    mine += h[i] * a.Weight[(c * a.Inputs) + i];
                }
            }

            float sum = default(SharedLanes).Sum(shared, lane, LanesOfClass, mine);
            if (lane == 0 && c < a.Loss.Classes)
            {
                float logit = sum + a.Bias[c];
                logits[c] = logit;
                a.Logits[(row * a.Loss.Classes) + c] = logit;
            }
        }

        Group.Barrier();
        float loss = SoftmaxCrossEntropyKernels.LossOfRow(a.Loss, row, logits, 0, shared, weights);
        if (Group.IdxX == 0)
        {
            int best = 0;
            for (int c = 1; c < a.Loss.Classes; c++)
            {
                best = logits[c] > logits[best] ? c : best;
            }

            a.RowLosses[row] = loss;
            a.RowsRight[row] = best == a.Loss.Targets[row] ? 1 : 0;
        }

        if (LastGroup.Arrives(a.Arrivals, 0, a.Loss.Rows, flag))
        {
            Finish(a, shared, counts);
        }
    }

    private static void Finish(Args a, ArrayView<float> shared, ArrayView<int> counts)
    {
        float losses = 0f;
        int right = 0;
        for (int row = Group.IdxX; row < a.Loss.Rows; row += Group.DimX)
        {
            losses += a.RowLosses[row];
            right += a.RowsRight[row];
        }

        float loss = GroupSum.Of(shared, losses);
        int correct = GroupSum.Of(counts, right);
        if (Group.IdxX == 0)
        {
            a.Loss.Partials[0] = loss;
            ClassificationMeterKernels.Book(a.Meter, correct, loss);
            a.Position[0] += a.Meter.Rows;
        }
    }

    /// <summary>What all of them take.</summary>
    internal readonly record struct Args(
        ArrayView<float> Weight, ArrayView<float> Bias, ArrayView<float> Logits, int Inputs,
        SoftmaxCrossEntropyKernels.Args Loss, ClassificationMeterKernels.Args Meter, ArrayView<int> Position,
        ArrayView<float> RowLosses, ArrayView<int> RowsRight, ArrayView<int> Arrivals);

    internal readonly record struct ValuesArgs(Args Head, ArrayView<float> X);

    internal readonly record struct PartsArgs(
        Args Head, MatMulKernels.CombineArgs Parts, ArrayView<int> Step, MaskGenerator Dropout, Flag Drops);

    internal readonly record struct PoolArgs(
        Args Head, ArrayView<float> X, ArrayView<int> ArgMax, ArrayView<float> H, ArrayView<int> Step,
        MaskGenerator Dropout, Flag Drops, int Channels, int Length);
}
