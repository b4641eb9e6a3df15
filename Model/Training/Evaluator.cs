using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>Runs a network over whole sets, without dropout and without gradients.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Evaluator
{
    private const int BatchSize = 64;

    private readonly Network network;
    private readonly Func<LossPlan, ILoss>? planLoss;
    private readonly MeterTotals totals;
    private readonly Dictionary<int, MiniBatch> batches = [];
    private readonly Dictionary<int, Tensor<int>> orders = [];
    private readonly Dictionary<(FeatureSet Set, int Size), IBatchLoad> loads = [];

    /// <summary>Prepares to evaluate a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">Plans the loss for a batch size; null for <see cref="CrossEntropyLoss"/>.</param>
    public Evaluator(Network network, Func<LossPlan, ILoss>? loss = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        planLoss = loss;
        totals = new MeterTotals(network.Device);
    }

    /// <summary>Mean loss and accuracy.</summary>
    public Score Evaluate(FeatureSet set) => Run(set, visit: null);

    /// <summary>Mean loss and accuracy, and the confusion matrix.</summary>
    /// <param name="set">The clips.</param>
    /// <param name="confusion">Every clip is added: its class, and the one that the network gives it.</param>
    public Score Evaluate(FeatureSet set, ConfusionMatrix confusion)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        return Visit(set, (truth, logits) => confusion.Add(truth, ArgMax(logits)));
    }

    /// <summary>Mean loss and accuracy, and what the network says of each clip.</summary>
    /// <param name="set">The clips.</param>
    /// <param name="predictions">Every clip is added, in the order of the set.</param>
    public Score Evaluate(FeatureSet set, ClipPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return Visit(set, predictions.AddLogits);
    }

    /// <summary>The first of the greatest.</summary>
    internal static int ArgMax(ReadOnlySpan<float> values) => ClipPredictions.IndexOfMaximum(values);

    private Score Visit(FeatureSet set, Visitor visit)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Run(set, (start, logits) =>
        {
            for (int row = 0; row * network.Classes < logits.Length; row++)
            {
                visit(
                    set.Clips[start + row].LabelIndex, logits.Slice(row * network.Classes, network.Classes));
            }
        });
    }

    private delegate void Visitor(int start, ReadOnlySpan<float> logits);

    private Score Run(FeatureSet set, Visitor? visit)
    {
        ArgumentNullException.ThrowIfNull(set);
        totals.Reset();
        Tensor<int> order = InOrder(set.Count);
        set.Rows.Begin([.. Enumerable.Range(0, set.Count)], Math.Min(BatchSize, set.Count));
        for (int start = 0; start < set.Count; start += BatchSize)
        {
            MiniBatch batch = BatchOf(Math.Min(BatchSize, set.Count - start));
            IBatchLoad load = LoadOf(set, batch, order);
            load.Fetch();
            load.Load(start);
            batch.Forward();
            batch.Loss();
            load.Prefetch();
            visit?.Invoke(start, batch.Plan.Logits.ToArray());
        }

        (double lossSum, long correct, long rows) = totals.Read();
        return new Score(lossSum / rows, (double)correct / rows, (int)rows);
    }

    private MiniBatch BatchOf(int size)
    {
        if (!batches.TryGetValue(size, out MiniBatch? batch))
        {
            batch = new MiniBatch(network, size, training: false, totals, planLoss: planLoss);
            batches.Add(size, batch);
        }

        return batch;
    }

    private IBatchLoad LoadOf(FeatureSet set, MiniBatch batch, Tensor<int> order)
    {
        if (!loads.TryGetValue((set, batch.Plan.Batch), out IBatchLoad? load))
        {
            load = batch.From(set, order);
            loads.Add((set, batch.Plan.Batch), load);
        }

        return load;
    }

    private Tensor<int> InOrder(int count)
    {
        if (!orders.TryGetValue(count, out Tensor<int>? order))
        {
            order = network.Device.Upload<int>(new Shape(count), [.. Enumerable.Range(0, count)]);
            orders.Add(count, order);
        }

        return order;
    }
}
