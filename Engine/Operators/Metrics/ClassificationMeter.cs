// How well a classifier does, summed on the device while it trains: logits [rows, classes], targets [rows], loss [1].
//   lossSum += rows * loss
//   correct += number of rows whose arg max, the first of equals, is the target
//   rows    += rows
//   rows before the first loss that is not finite += rows, while lossSum is finite
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Adds the loss and the right answers of mini-batches to totals in device memory, without waiting for the device.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ClassificationMeter
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly MeterTotals totals;
    private readonly Kernel<ClassificationMeterKernels.Args> add;

    /// <summary>Plans a meter.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch.</param>
    /// <param name="classes">Values of a row, at least one.</param>
    /// <param name="totals">Where it adds; null for totals of its own.</param>
    public ClassificationMeter(ComputeDevice device, int rows, int classes, MeterTotals? totals = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        this.totals = totals ?? new MeterTotals(device);
        add = device.Load<ClassificationMeterKernels.Args>(ClassificationMeterKernels.Add);
    }

    /// <summary>Adds a mini-batch.</summary>
    /// <param name="logits">[rows, classes]; anything whose largest value names the class.</param>
    /// <param name="targets">[rows].</param>
    /// <param name="loss">[1], the mean over the rows.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Add(Tensor<float> logits, Tensor<int> targets, Tensor<float> loss)
    {
        Check(logits, targets, loss);
        if (device.IsHost)
        {
            ClassificationMeterHost.Add(logits.Span, targets.Span, loss.Span[0], rowsByClasses[1], totals);
        }
        else
        {
            add.Launch(1, GroupSum.Threads(device), ArgsOf(logits, targets, loss));
        }
    }

    /// <summary>The arguments of the portable kernel, after the checks of <see cref="Add"/>.</summary>
    internal ClassificationMeterKernels.Args ArgsOf(Tensor<float> logits, Tensor<int> targets, Tensor<float> loss)
    {
        Check(logits, targets, loss);
        return new ClassificationMeterKernels.Args(
            logits.View, targets.View, loss.View, totals.LossSum.View, totals.Counts.View, rowsByClasses[0],
            rowsByClasses[1]);
    }

    /// <summary>Sets the totals back to zero, in stream order; also those of meters that share them.</summary>
    public void Reset() => totals.Reset();

    /// <summary>The totals, after all work given to the device is done.</summary>
    public (double LossSum, long Correct, long Rows) Read() => totals.Read();

    private void Check(Tensor<float> logits, Tensor<int> targets, Tensor<float> loss)
    {
        logits.Expect(rowsByClasses);
        targets.ExpectLength(rowsByClasses[0]);
        loss.ExpectLength(1);
    }
}
