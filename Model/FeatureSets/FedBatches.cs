using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Mini-batches from rows that lie outside of the device, sent one ahead while it works, and standardised there.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="labels">[N].</param>
internal sealed class FedBatches(IRowReader rows, Tensor<int> labels) : IBatchSource
{
    private readonly int[] labelOfRow = labels.ToArray();
    private RowFeed? feed;
    private Normalizer? normalizer;

    /// <inheritdoc/>
    public Tensor<float>? OnDevice => null;

    private RowFeed Feed => feed ?? throw new InvalidOperationException($"no pass has begun: call {nameof(Begin)}");

    /// <inheritdoc/>
    public void Normalize(Normalizer normalizer)
    {
        normalizer.Prepare(labels.Device);
        this.normalizer = normalizer;
    }

    /// <inheritdoc/>
    public void Begin(int[] order, int[] batches)
    {
        int most = batches.Max();

        // The device disposes it.
        feed = feed?.MostRows == most ? feed : new RowFeed(labels.Device, rows, labelOfRow, most);
        feed.Begin(order, batches);
    }

    /// <inheritdoc/>
    public IBatchLoad Into(
        Tensor<float> rows, Tensor<int> targets, Tensor<int> order, TrainingProgress progress) =>
        new FedLoad(this, rows, targets, progress);

    private sealed class FedLoad(
        FedBatches source, Tensor<float> into, Tensor<int> targets, TrainingProgress progress) : IBatchLoad
    {
        public void Fetch() => source.Feed.Take(into, targets);

        public void BeginStep()
        {
            progress.Advance();
            Load(0);
        }

        // They have arrived already.
        public void Load(int start) => source.normalizer?.Apply(into);

        public void Prefetch() => source.Feed.Prefetch();
    }
}
