// How often all labels of a row are right, summed on the device while it trains: logits and targets [rows, classes],
// loss [1]. The totals are those of ClassificationMeter, but for
//   correct += number of rows in which x_c > 0 is the same as t_c > 1/2 for every label c
// which is the subset accuracy at a threshold of one half, for sigmoid(0) = 1/2.
// Portable: one group for the whole mini-batch, a thread a row. Host: the calling thread.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Adds the loss and the rows whose labels are all right to totals in device memory, without waiting for the device.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MultiLabelMeter
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly MeterTotals totals;
    private readonly Kernel<Args> add;

    /// <summary>Plans a meter.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Labels that there are, at least one.</param>
    /// <param name="totals">Where it adds.</param>
    public MultiLabelMeter(ComputeDevice device, int rows, int classes, MeterTotals totals)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentNullException.ThrowIfNull(totals);
        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        this.totals = totals;
        add = device.Load<Args>(AddRows);
    }

    /// <summary>Adds a mini-batch.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows, classes], in [0, 1].</param>
    /// <param name="loss">[1], the mean over the rows.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Add(Tensor<float> logits, Tensor<float> targets, Tensor<float> loss)
    {
        logits.Expect(rowsByClasses);
        targets.Expect(rowsByClasses);
        loss.ExpectLength(1);
        (int rows, int classes) = (rowsByClasses[0], rowsByClasses[1]);
        if (!device.IsHost)
        {
            add.Launch(1, GroupSum.Threads(device), new Args(
                logits.View, targets.View, loss.View, totals.LossSum.View, totals.Counts.View, rows, classes));
            return;
        }

        int correct = 0;
        ReadOnlySpan<float> x = logits.Span;
        ReadOnlySpan<float> t = targets.Span;
        for (int row = 0; row < rows; row++)
        {
            int wrong = 0;
            for (int i = row * classes; i < (row + 1) * classes; i++)
            {
                wrong += x[i] > 0f == t[i] > 0.5f ? 0 : 1;
            }

            correct += wrong == 0 ? 1 : 0;
        }

        ClassificationMeterHost.Book(totals, rows, correct, loss.Span[0]);
    }

    internal static void AddRows(Args a)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(GroupSum.MaxThreads);
        int correct = 0;
        for (int row = Group.IdxX; row < a.Rows; row += Group.DimX)
        {
            int wrong = 0;
            for (int i = row * a.Classes; i < (row + 1) * a.Classes; i++)
            {
                int held = a.Logits[i] > 0f ? 1 : 0;
                int there = a.Targets[i] > 0.5f ? 1 : 0;
                wrong += held == there ? 0 : 1;
            }

            correct += wrong == 0 ? 1 : 0;
        }

        correct = GroupSum.Of(shared, correct);
        if (Group.IdxX == 0)
        {
            ClassificationMeterKernels.Book(a.LossSum, a.Counts, a.Rows, correct, a.Loss[0]);
        }
    }

    internal readonly record struct Args(
        ArrayView<float> Logits, ArrayView<float> Targets, ArrayView<float> Loss, ArrayView<float> LossSum,
        ArrayView<long> Counts, int Rows, int Classes);
}
