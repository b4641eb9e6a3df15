// One mini-batch through the network, planned for one batch size: what a step of training or of evaluation is.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>The operators around a plan: rows in, loss and count of right answers out.</summary>
internal sealed class MiniBatch
{
    private readonly GatherRows gather;
    private readonly TrainingProgress progress;
    private readonly ILoss loss;
    private readonly BatchAugmenter? augmenter;

    public MiniBatch(
        Network network, int batch, bool training, MeterTotals totals, Tensor<float>? classWeights = null,
        float labelSmoothing = 0, BatchAugmenter? augmenter = null, Func<LossPlan, ILoss>? planLoss = null)
    {
        ComputeDevice device = network.Device;
        Plan = network.PlanFor(batch, training);
        Targets = device.Allocate<int>(new Shape(batch));
        gather = new GatherRows(device, batch, Plan.Input.Length / batch);
        progress = network.Progress;
        var lossPlan = new LossPlan
        {
            Device = device,
            Batch = batch,
            Classes = network.Classes,
            Totals = totals,
            Progress = progress,
            ClassWeights = classWeights,
            LabelSmoothing = labelSmoothing,
        };
        loss = planLoss is null ? new CrossEntropyLoss(lossPlan) : planLoss(lossPlan);
        this.augmenter = augmenter;
    }

    public NetworkPlan Plan { get; }

    public Tensor<int> Targets { get; }

    /// <summary>Takes the rows that <paramref name="order"/> names from <paramref name="start"/> on.</summary>
    public void Load(FeatureSet set, Tensor<int> order, int start) =>
        gather.Gather(set.Features, set.Labels, order, start, Plan.Input, Targets);

    /// <summary>Takes the rows that are next in a feed, from the machine's memory.</summary>
    public void Take(RowFeed feed) => feed.Take(Plan.Input, Targets);

    /// <summary>Begins a training step whose rows are there.</summary>
    public void BeginStep() => progress.Advance();

    /// <summary>
    /// Begins a training step with the rows that <paramref name="order"/> names from the training's position on,
    /// changed as their draws for the training's epoch say where there is augmentation.
    /// </summary>
    public void BeginStep(FeatureSet set, Tensor<int> order)
    {
        if (augmenter is null)
        {
            gather.GatherNext(set.Features, set.Labels, order, progress, Plan.Input, Targets);
        }
        else
        {
            augmenter.BeginStep(set, order, progress, Plan.Input, Targets);
        }
    }

    public void Forward() => Plan.Forward();

    /// <summary>
    /// Adds loss and right answers to the totals, leaves the gradient of the loss in the plan, and moves the position
    /// on to the next mini-batch.
    /// </summary>
    public void LossAndGradient() => loss.ForwardBackward(
        Plan.Logits, Targets, Plan.LogitsGradient, augmenter?.Mixed);

    /// <summary>Adds loss and right answers to the totals.</summary>
    public void Loss() => loss.Forward(Plan.Logits, Targets);

    public void Backward() => Plan.Backward();
}
