using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Mini-batches from rows that lie on the device: gathered there, nothing travels.</summary>
/// <param name="rows">[N, ...].</param>
/// <param name="labels">[N].</param>
internal sealed class DeviceBatches(Tensor<float> rows, Tensor<int> labels) : IBatchSource
{
    /// <inheritdoc/>
    public Tensor<float> OnDevice => rows;

    private Tensor<int> Labels => labels;

    /// <inheritdoc/>
    public void Normalize(Normalizer normalizer) => normalizer.Apply(rows);

    /// <inheritdoc/>
    public void Begin(int[] order, int[] batches)
    {
        // The order is on the device too.
    }

    /// <inheritdoc/>
    public IBatchLoad Into(
        Tensor<float> rows, Tensor<int> targets, Tensor<int> order, TrainingProgress progress) =>
        new GatheredLoad(this, rows, targets, order, progress);

    private sealed class GatheredLoad(
        DeviceBatches source, Tensor<float> into, Tensor<int> targets, Tensor<int> order, TrainingProgress progress)
        : IBatchLoad
    {
        private readonly GatherRows gather = new(into.Device, targets.Length, into.Length / targets.Length);

        public void Fetch()
        {
        }

        public void BeginStep() =>
            gather.GatherNext(source.OnDevice, source.Labels, order, progress, into, targets);

        public void Load(int start) => gather.Gather(source.OnDevice, source.Labels, order, start, into, targets);

        public void Prefetch()
        {
        }
    }
}
