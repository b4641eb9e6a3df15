// A mini-batch from a data set that stays on the device.
//   y[b, :] = source[order[start + b], :]      start given by the host, or read from the training's position
// y is assigned. There is no backward pass: a data set has no gradient.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Copies the rows that a list of indices names, with their labels: the shuffled order of an epoch is uploaded once,
/// and every step takes its part of it.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class GatherRows
{
    private readonly ComputeDevice device;
    private readonly int rows;
    private readonly int rowLength;
    private readonly Kernel<GatherRowsKernels.Args> kernel;
    private readonly Kernel<GatherRowsKernels.NextArgs> nextKernel;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch.</param>
    /// <param name="rowLength">Elements of a row.</param>
    public GatherRows(ComputeDevice device, int rows, int rowLength)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowLength);
        this.device = device;
        this.rows = rows;
        this.rowLength = rowLength;
        kernel = device.Load<GatherRowsKernels.Args>(GatherRowsKernels.Gather);
        nextKernel = device.Load<GatherRowsKernels.NextArgs>(GatherRowsKernels.GatherNext);
    }

    /// <summary>Copies rows and labels.</summary>
    /// <param name="source">All rows, [N, ...].</param>
    /// <param name="labels">The label of each row, [N].</param>
    /// <param name="order">Indices of rows, each in [0, N).</param>
    /// <param name="start">The first index to take.</param>
    /// <param name="y">The rows taken, [rows, ...].</param>
    /// <param name="targets">Their labels, [rows].</param>
    /// <exception cref="ArgumentException">A length is not what was planned, or the order ends too early.</exception>
    public void Gather(
        Tensor<float> source, Tensor<int> labels, Tensor<int> order, int start, Tensor<float> y, Tensor<int> targets)
    {
        Check(source, labels, order, y, targets);
        ExpectInOrder(order, start, rows);
        if (device.IsHost)
        {
            GatherRowsHost.Gather(device.Workers, source, labels, order, start, y, targets, rowLength);
        }
        else
        {
            kernel.LaunchOver(
                y.Length,
                new GatherRowsKernels.Args(
                    source.View, labels.View, order.View.SubView(start, rows), y.View, targets.View, rowLength));
        }
    }

    /// <summary>
    /// Begins a training step: copies the rows that the order names from the training's position on, and advances the
    /// training's step, in one launch. <see cref="ClassificationLoss"/> moves the position on.
    /// </summary>
    /// <param name="source">All rows, [N, ...].</param>
    /// <param name="labels">The label of each row, [N].</param>
    /// <param name="order">
    /// Indices of rows, each in [0, N). A portable kernel takes row 0 where the order has ended.
    /// </param>
    /// <param name="progress">The position to begin at, and the step.</param>
    /// <param name="y">The rows taken, [rows, ...].</param>
    /// <param name="targets">Their labels, [rows].</param>
    /// <exception cref="ArgumentException">
    /// A length is not what was planned, or the order ends too early (host).
    /// </exception>
    public void GatherNext(
        Tensor<float> source, Tensor<int> labels, Tensor<int> order, TrainingProgress progress, Tensor<float> y,
        Tensor<int> targets)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (device.IsHost)
        {
            progress.Advance();
            Gather(source, labels, order, progress.Position.Span[0], y, targets);
            return;
        }

        Check(source, labels, order, y, targets);
        nextKernel.LaunchOver(
            y.Length,
            new GatherRowsKernels.NextArgs(
                new GatherRowsKernels.Args(source.View, labels.View, order.View, y.View, targets.View, rowLength),
                progress.Position.View, progress.Step.View));
    }

    /// <summary>Refuses rows that are not all in an order.</summary>
    /// <param name="order">Indices of rows.</param>
    /// <param name="start">The first that is asked for.</param>
    /// <param name="rows">How many are.</param>
    /// <exception cref="ArgumentException">The order ends too early.</exception>
    public static void ExpectInOrder(Tensor<int> order, int start, int rows)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (start < 0 || start + rows > order.Length)
        {
            throw new ArgumentException(
                $"rows {start} to {start + rows - 1} of an order of {order.Length} were asked for");
        }
    }

    private void Check(
        Tensor<float> source, Tensor<int> labels, Tensor<int> order, Tensor<float> y, Tensor<int> targets)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(order);
        y.ExpectLength(rows * rowLength);
        targets.ExpectLength(rows);
        source.ExpectLength(labels.Length * rowLength);
    }
}
