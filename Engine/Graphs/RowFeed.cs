// A mini-batch from a data set that lies in the machine's memory, because the device has no room for it.
//   y[b, :] = source[order[start + b], :]
// The host gathers the next mini-batch into one of two slots while the device trains on this one; on CUDA the slot
// travels on a second stream meanwhile. y is assigned.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>
/// Hands a device the rows of an order, mini-batch by mini-batch: <see cref="Begin"/>, then in turn <see cref="Take"/>,
/// the step's work, <see cref="Prefetch"/>.
/// </summary>
public sealed class RowFeed : IDisposable
{
    private readonly int rowLength;
    private readonly int mostRows;
    private readonly float[] source;
    private readonly int[] labels;
    private readonly IUploader uploader;
    private int[] order = [];
    private int gathered;
    private int slot;
    private int waiting;

    /// <summary>Prepares to feed a device.</summary>
    /// <param name="device">Where the rows go; it disposes the feed.</param>
    /// <param name="source">All rows, [N, rowLength], in the machine's memory.</param>
    /// <param name="labels">The label of each row, [N].</param>
    /// <param name="mostRows">Rows of the largest mini-batch.</param>
    /// <exception cref="ArgumentException">The rows are not of one length.</exception>
    public RowFeed(ComputeDevice device, float[] source, int[] labels, int mostRows)
        : this(device, source, labels, mostRows, LaneOf)
    {
    }

    /// <summary>Prepares with an uploader of the caller's, for tests.</summary>
    internal RowFeed(
        ComputeDevice device, float[] source, int[] labels, int mostRows,
        Func<ComputeDevice, int, int, IUploader> open)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostRows);
        if (labels.Length == 0 || source.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"{source.Length} values are no whole number of rows for {labels.Length} labels");
        }

        this.source = source;
        this.labels = labels;
        this.mostRows = mostRows;
        rowLength = source.Length / labels.Length;
        uploader = open(device, mostRows * rowLength, mostRows);
        device.Own(this);
    }

    /// <summary>Begins an epoch: the first mini-batch sets out.</summary>
    /// <param name="rows">Indices of rows, each in [0, N).</param>
    public void Begin(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        order = rows;
        gathered = 0;
        waiting = 0;
        Prefetch();
    }

    /// <summary>The next mini-batch goes to tensors of the device, in stream order.</summary>
    /// <param name="y">The rows, as many as there are targets.</param>
    /// <param name="targets">
    /// Their labels: as many as <see cref="Begin"/> planned, fewer in the last mini-batch.
    /// </param>
    /// <exception cref="InvalidOperationException">Nothing was prefetched, or another number of rows.</exception>
    public void Take(Tensor<float> y, Tensor<int> targets)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(targets);
        if (waiting != targets.Length || y.Length != waiting * rowLength)
        {
            throw new InvalidOperationException(
                $"{targets.Length} rows were asked for, {waiting} of the order's {order.Length} are on their way");
        }

        uploader.Take(slot, y, targets);
        waiting = 0;
        slot = 1 - slot;
    }

    /// <summary>
    /// Gathers the mini-batch after the one that was taken, and sends it; nothing at the order's end.
    /// </summary>
    public void Prefetch()
    {
        int count = Math.Min(mostRows, order.Length - gathered);
        if (count <= 0 || waiting > 0)
        {
            return;
        }

        Span<float> values = uploader.Values(slot);
        Span<int> targets = uploader.Labels(slot);
        for (int i = 0; i < count; i++)
        {
            int row = order[gathered + i];
            source.AsSpan(row * rowLength, rowLength).CopyTo(values[(i * rowLength)..]);
            targets[i] = labels[row];
        }

        uploader.Upload(slot, count * rowLength, count);
        gathered += count;
        waiting = count;
    }

    /// <inheritdoc/>
    public void Dispose() => uploader.Dispose();

    private static IUploader LaneOf(ComputeDevice device, int values, int labels)
    {
        if (device.Info.Kind == DeviceKind.Cuda)
        {
            try
            {
                return new CudaUploader(device, values, labels);
            }
            catch (GraphException)
            {
                // A driver that is too old for what CudaDriver needs still copies.
            }
        }

        return new PlainUploader(values, labels);
    }
}
