using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Data;
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
    private readonly LabelSets? labelSets;
    private readonly Cropping? cropping;
    private readonly MeterTotals totals;
    private readonly Dictionary<int, MiniBatch> batches = [];
    private readonly Dictionary<int, Tensor<int>> orders = [];
    private readonly Dictionary<(FeatureSet Set, int Size), IBatchLoad> loads = [];

    /// <summary>Prepares to evaluate a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">Plans the loss for a batch size; null for <see cref="CrossEntropyLoss"/>.</param>
    /// <param name="labelSets">
    /// The sets of labels that the clips' numbers name; null where a clip has one label.
    /// </param>
    /// <param name="cropping">The stretches of clips that the network is given; null for whole clips.</param>
    public Evaluator(
        Network network, Func<LossPlan, ILoss>? loss = null, LabelSets? labelSets = null, Cropping? cropping = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        this.labelSets = labelSets;
        planLoss = loss;
        this.cropping = cropping;
        totals = new MeterTotals(network.Device);
    }

    /// <summary>Mean loss and accuracy.</summary>
    public Score Evaluate(FeatureSet set) => Run(set, visit: null);

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

    /// <summary>All figures: of each class, and where clips may have several labels of their ranking.</summary>
    /// <param name="set">The clips.</param>
    /// <param name="labels">The classes' names.</param>
    /// <param name="thresholds">
    /// From which probability on each label is held to be true; null tunes them to these clips. Where a clip has one
    /// label nothing is asked of them.
    /// </param>
    /// <param name="keepProbabilities">Whether the predictions have the probabilities of all classes.</param>
    public Measured Measure(
        FeatureSet set, IReadOnlyList<string> labels, IReadOnlyList<float>? thresholds = null,
        bool keepProbabilities = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        var predictions = new ClipPredictions(network.Classes, keepProbabilities, labelSets);
        if (labelSets is null)
        {
            Score plain = Evaluate(set, predictions);
            ConfusionMatrix confusion = predictions.ToConfusion()!;
            var ofClasses = ClassificationReport.From(confusion, labels, plain.Loss);
            return new Measured(plain with { MacroF1 = ofClasses.MacroF1 }, ofClasses, confusion, predictions);
        }

        var scores = new MultiLabelScores(labelSets);
        Score score = Visit(set, (labelSet, logits) =>
        {
            scores.Add(labelSet, logits);
            predictions.AddLogits(labelSet, logits);
        });
        ClassificationReport report = scores.Report(labels, score.Loss, thresholds);
        predictions.Thresholds = [.. report.Classes.Select(one => one.Threshold!.Value)];
        return new Measured(
            score with
            {
                Accuracy = report.Accuracy,
                MacroF1 = report.MultiLabel!.MacroF1,
                MeanAveragePrecision = report.MultiLabel.MeanAveragePrecision,
            },
            report, null, predictions);
    }

    private delegate void Visitor(int start, ReadOnlySpan<float> logits);

    private Score Run(FeatureSet set, Visitor? visit)
    {
        ArgumentNullException.ThrowIfNull(set);
        totals.Reset();
        Tensor<int> order = InOrder(set.Count);
        int[] all = [.. Enumerable.Range(0, set.Count)];
        set.Rows.Begin(all, [.. all.Chunk(BatchSize).Select(batch => batch.Length)]);
        for (int start = 0; start < set.Count; start += BatchSize)
        {
            MiniBatch batch = BatchOf(Math.Min(BatchSize, set.Count - start));
            IBatchLoad load = LoadOf(set, batch, order);
            load.Fetch();
            load.Load(start);
            batch.Forward();
            batch.Loss();
            load.Prefetch();
            visit?.Invoke(start, batch.Logits.ToArray());
        }

        (double lossSum, long correct, long rows) = totals.Read();
        return new Score(lossSum / rows, (double)correct / rows, (int)rows);
    }

    private MiniBatch BatchOf(int size)
    {
        if (!batches.TryGetValue(size, out MiniBatch? batch))
        {
            batch = new MiniBatch(network, size, training: false, totals, planLoss: planLoss, cropping: cropping);
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
