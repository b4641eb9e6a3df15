using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The portable kernels of <see cref="ClassificationLoss"/>: one group, made of its parts' kernels, on the rungs of
/// <see cref="SoftmaxCrossEntropyKernels"/>.
/// </summary>
internal static class ClassificationLossKernels
{
    /// <summary>Rung 1.</summary>
    [Rung(SoftmaxCrossEntropyKernels.Ladder, 1)]
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        ArrayView<int> counts = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        int correct = ClassificationMeterKernels.Correct(a.Meter, counts);
        Leave(a, correct, SoftmaxCrossEntropyKernels.LossOfGroup(a.Loss, shared, weights));
    }

    /// <summary>Rung 3.</summary>
    [Rung(SoftmaxCrossEntropyKernels.Ladder, 3)]
    public static void SharedPass(Args a) => PassInRegisters<SharedLanes>(a);

    /// <summary>Rung 4.</summary>
    [Rung(SoftmaxCrossEntropyKernels.Ladder, 4)]
    [NotOnOpenCl(WarpLanes.WhyNotOnOpenCl)]
    public static void WarpPass(Args a) => PassInRegisters<WarpLanes>(a);

    private static void PassInRegisters<TLanes>(Args a) where TLanes : struct, IRowLanes
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        ArrayView<int> counts = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        int correct = ClassificationMeterKernels.Correct(a.Meter, counts);
        Leave(a, correct, SoftmaxCrossEntropyKernels.LossInRegisters<TLanes>(a.Loss, shared, weights));
    }

    private static void Leave(Args a, int correct, float loss)
    {
        if (Group.IdxX == 0)
        {
            a.Loss.Partials[0] = loss;
            ClassificationMeterKernels.Book(a.Meter, correct, loss);
            a.Position[0] += a.Meter.Rows;
        }
    }

    internal readonly record struct Args(
        SoftmaxCrossEntropyKernels.Args Loss, ClassificationMeterKernels.Args Meter, ArrayView<int> Position);
}
