using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="ClassificationLoss"/>: one group, made of its parts' kernels.</summary>
internal static class ClassificationLossKernels
{
    public static void Pass(Args a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<float> weights = SharedMemory.Allocate<float>(2);
        ArrayView<int> counts = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        int correct = ClassificationMeterKernels.Correct(a.Meter, counts);
        float loss = SoftmaxCrossEntropyKernels.LossOfGroup(a.Loss, shared, weights);
        if (Group.IdxX == 0)
        {
            a.Loss.Partials[0] = loss;
            ClassificationMeterKernels.Book(a.Meter, correct, loss);
            a.Position[0] += a.Meter.Rows;
        }
    }

    internal readonly struct Args(
        SoftmaxCrossEntropyKernels.Args loss, ClassificationMeterKernels.Args meter, ArrayView<int> position)
    {
        public readonly SoftmaxCrossEntropyKernels.Args Loss = loss;
        public readonly ClassificationMeterKernels.Args Meter = meter;
        public readonly ArrayView<int> Position = position;
    }
}
