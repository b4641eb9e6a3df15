// One group for the whole mini-batch, one thread a row: the totals have one writer, so nothing is atomic.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="ClassificationMeter"/>.</summary>
internal static class ClassificationMeterKernels
{
    public static void Add(Args a)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        int correct = Correct(a, shared);
        if (Group.IdxX == 0)
        {
            Book(a, correct, a.Loss[0]);
        }
    }

    /// <summary>The number of right rows, for every thread of the one group.</summary>
    internal static int Correct(Args a, ArrayView<int> shared)
    {
        int correct = 0;
        for (int row = Group.IdxX; row < a.Rows; row += Group.DimX)
        {
            int first = row * a.Classes;
            int best = 0;
            for (int c = 1; c < a.Classes; c++)
            {
                best = a.Logits[first + c] > a.Logits[first + best] ? c : best;
            }

            correct += best == a.Targets[row] ? 1 : 0;
        }

        return GroupSum.Of(shared, correct);
    }

    /// <summary>Adds a mini-batch to the totals; one thread does.</summary>
    internal static void Book(Args a, int correct, float loss) => Book(a.LossSum, a.Counts, a.Rows, correct, loss);

    /// <summary>Adds so many rows to totals; one thread does.</summary>
    internal static void Book(ArrayView<float> lossSum, ArrayView<long> counts, int rows, int correct, float loss)
    {
        (lossSum[0], lossSum[1]) = MeterTotals.Add(lossSum[0], lossSum[1], rows * loss);
        counts[0] += correct;
        counts[1] += rows;
        counts[2] += MeterTotals.IsFinite(lossSum[0]) ? rows : 0;
    }

    internal readonly record struct Args(
        ArrayView<float> Logits, ArrayView<int> Targets, ArrayView<float> Loss, ArrayView<float> LossSum,
        ArrayView<long> Counts, int Rows, int Classes);
}
