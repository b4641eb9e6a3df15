// A mini-batch from a data set that lies in the machine's memory or on disk, because the device has no room for it.
//   y[b, :] = source[order[start + b], :]
// The host gathers the next mini-batch into one of two slots while the device trains on this one; on CUDA the slot
// travels on a second stream meanwhile. y is assigned.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>
/// Hands a device the rows of an order, mini-batch by mini-batch: <see cref="Begin(int[], int[])"/>, then in turn
/// <see cref="Take"/>, the step's work, <see cref="Prefetch"/>.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RowFeed : IDisposable
{
    private readonly ComputeDevice device;
    private readonly int rowLength;
    private readonly IRowReader source;
    private readonly int[] labels;
    private readonly IUploader uploader;
    private int[] order = [];
    private int[] batches = [];
    private int begun;
    private int gathered;
    private int slot;
    private int waiting;

    /// <summary>Prepares to feed a device.</summary>
    /// <param name="device">Where the rows go; it disposes the feed.</param>
    /// <param name="source">All rows.</param>
    /// <param name="labels">The label of each row, [N].</param>
    /// <param name="mostRows">Rows of the largest mini-batch.</param>
    /// <exception cref="ArgumentException">There are more or fewer rows than labels, or none.</exception>
    public RowFeed(ComputeDevice device, IRowReader source, int[] labels, int mostRows)
        : this(device, source, labels, mostRows, LaneOf)
    {
    }

    /// <summary>Prepares with an uploader of the caller's, for tests.</summary>
    internal RowFeed(
        ComputeDevice device, IRowReader source, int[] labels, int mostRows,
        Func<ComputeDevice, int, int, IUploader> open)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostRows);
        if (labels.Length == 0 || source.Count != labels.Length)
        {
            throw new ArgumentException(
                $"{source.Count} rows and {labels.Length} labels came: give one of each, at least one");
        }

        this.device = device;
        this.source = source;
        this.labels = labels;
        MostRows = mostRows;
        rowLength = source.RowLength;
        uploader = open(device, mostRows * rowLength, mostRows);
        device.Own(this);
    }

    /// <summary>Rows of the largest mini-batch.</summary>
    public int MostRows { get; }

    /// <summary>Begins an epoch of mini-batches of <see cref="MostRows"/>, the last of fewer if need be.</summary>
    /// <param name="rows">Indices of rows, each in [0, N).</param>
    public void Begin(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Begin(rows, [.. rows.Chunk(MostRows).Select(batch => batch.Length)]);
    }

    /// <summary>Begins an epoch: the first mini-batch sets out.</summary>
    /// <param name="rows">Indices of rows, each in [0, N).</param>
    /// <param name="batches">Rows of each mini-batch, at most <see cref="MostRows"/>.</param>
    /// <exception cref="ArgumentException">The mini-batches do not have all rows, or one is too large.</exception>
    public void Begin(int[] rows, int[] batches)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Sum() != rows.Length || batches.Any(batch => batch < 1 || batch > MostRows))
        {
            throw new ArgumentException(
                $"mini-batches of {string.Join(", ", batches)} rows came for {rows.Length}: give as many in all, and " +
                $"from 1 to {MostRows} in each");
        }

        order = rows;
        this.batches = batches;
        begun = 0;
        gathered = 0;
        waiting = 0;
        Prefetch();
    }

    /// <summary>The next mini-batch goes to tensors of the device, in stream order.</summary>
    /// <param name="y">The rows, as many as there are targets.</param>
    /// <param name="targets">
    /// Their labels: as many as <see cref="Begin(int[], int[])"/> planned, fewer in the last mini-batch.
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
    /// <exception cref="IOException">A row cannot be read.</exception>
    public unsafe void Prefetch()
    {
        if (begun == batches.Length || waiting > 0)
        {
            return;
        }

        int count = batches[begun++];

        Span<int> targets;
        fixed (float* values = uploader.Values(slot))
        {
            targets = uploader.Labels(slot);
            device.Workers.Run(count, new Gather(source, order, gathered, values, rowLength));
        }

        for (int i = 0; i < count; i++)
        {
            targets[i] = labels[order[gathered + i]];
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

    /// <summary>A row a part.</summary>
    private readonly unsafe struct Gather(IRowReader source, int[] order, int first, float* values, int rowLength)
        : IHostBody
    {
        public void Run(int part, int worker) =>
            source.Read(order[first + part], new Span<float>(values + ((long)part * rowLength), rowLength));
    }
}
