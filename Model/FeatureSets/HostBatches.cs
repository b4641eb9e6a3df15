using System.Diagnostics;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Mini-batches on the host from rows that lie outside of its tensors: each is read where it is wanted and standardised
/// while it is in the core's cache. What is slow to read is announced one mini-batch ahead.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="labels">[N].</param>
internal sealed class HostBatches(IRowReader rows, Tensor<int> labels) : IBatchSource
{
    // Longer than it takes from memory, shorter than from any disk.
    private static readonly double SlowRowTicks = 50e-6 * Stopwatch.Frequency;

    private Normalizer? normalizer;

    /// <inheritdoc/>
    public Tensor<float>? OnDevice => null;

    /// <inheritdoc/>
    public void Normalize(Normalizer normalizer)
    {
        normalizer.Prepare(labels.Device);
        this.normalizer = normalizer;
    }

    /// <inheritdoc/>
    public void Begin(int[] order, int[] batches)
    {
        // The order is on the device, which is the host.
    }

    /// <inheritdoc/>
    public IBatchLoad Into(
        Tensor<float> rows, Tensor<int> targets, Tensor<int> order, TrainingProgress progress) =>
        new ReadLoad(this, rows, targets, order, progress);

    private void Read(int row, Span<float> values)
    {
        rows.Read(row, values);
        normalizer?.ApplyTo(values);
    }

    private sealed class ReadLoad(
        HostBatches source, Tensor<float> into, Tensor<int> targets, Tensor<int> order, TrainingProgress progress)
        : IBatchLoad
    {
        private readonly int rowLength = into.Length / targets.Length;
        private int next;
        private bool isSlow;

        public void Fetch()
        {
        }

        public void BeginStep()
        {
            progress.Advance();
            Load(progress.Position.Span[0]);
        }

        public unsafe void Load(int start)
        {
            GatherRows.ExpectInOrder(order, start, targets.Length);
            long begun = Stopwatch.GetTimestamp();
            into.Device.Workers.Run(
                targets.Length, new Reading(source, into.Address, targets.Address, order.Address + start, rowLength));
            isSlow = Stopwatch.GetTimestamp() - begun > SlowRowTicks * targets.Length;
            next = start + targets.Length;
        }

        public void Prefetch()
        {
            for (int i = next; isSlow && i < Math.Min(next + targets.Length, order.Length); i++)
            {
                source.Expect(order.Span[i]);
            }
        }
    }

    private void Expect(int row) => rows.Expect(row);

    private int LabelOf(int row) => labels.Span[row];

    /// <summary>A row a part.</summary>
    private readonly unsafe struct Reading(
        HostBatches source, float* into, int* targets, int* order, int rowLength) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int row = order[part];
            source.Read(row, new Span<float>(into + ((long)part * rowLength), rowLength));
            targets[part] = source.LabelOf(row);
        }
    }
}
