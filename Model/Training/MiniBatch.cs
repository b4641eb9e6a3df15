// One mini-batch through the network, planned for one batch size: what a step of training or of evaluation is.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Training;

/// <summary>The operators around a plan: rows in, loss and count of right answers out.</summary>
internal sealed class MiniBatch
{
    private readonly TrainingProgress progress;
    private readonly ILoss loss;
    private readonly BatchAugmenter? augmenter;
    private readonly ILossStage? lossStage;
    private readonly Tensor<float>? share;
    private readonly ScaleBy? scale;
    private readonly CroppedForward? whole;

    public MiniBatch(
        Network network, int batch, bool training, MeterTotals totals, Tensor<float>? classWeights = null,
        float labelSmoothing = 0, BatchAugmenter? augmenter = null, Func<LossPlan, ILoss>? planLoss = null,
        Tensor<float>? share = null, Cropping? cropping = null)
    {
        ComputeDevice device = network.Device;
        Plan = network.PlanFor(batch, training);
        Targets = device.Allocate<int>(new Shape(batch));
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
        if (training && loss is CrossEntropyLoss entropy && Plan.LossStage is { } last &&
            last.Takes(entropy.Parts.Operator))
        {
            lossStage = last;
        }

        whole = training ? null : new CroppedForward(device, Plan, cropping);
        this.share = share;
        scale = share is null ? null : new ScaleBy(device, Plan.LogitsGradient.Length);
    }

    public NetworkPlan Plan { get; }

    public Tensor<int> Targets { get; }

    /// <summary>What mixup mixed the rows with; null where it does not.</summary>
    public MixedTargets? Mixed => augmenter?.Mixed;

    /// <summary>Plans how rows of a set reach the mini-batch.</summary>
    /// <param name="set">The set.</param>
    /// <param name="order">The order of its rows, [clips].</param>
    public IBatchLoad From(FeatureSet set, Tensor<int> order) =>
        set.Rows.Into(augmenter?.Input ?? whole?.Input ?? Plan.Input, Targets, order, progress);

    /// <summary>Changes the rows that are there, where there is augmentation.</summary>
    public void Augment(Tensor<int> order) => augmenter?.Apply(order, progress, Plan.Input, Targets);

    /// <summary>The answers of an evaluation.</summary>
    public Tensor<float> Logits => whole!.Logits;

    /// <summary>The forward pass of an evaluation.</summary>
    public void Forward() => whole!.Run();

    /// <summary>
    /// <see cref="Forward"/> but for what <see cref="EndForward"/> does: the last stage, where it has the loss too.
    /// </summary>
    public void BeginForward()
    {
        if (lossStage is null)
        {
            Plan.Forward();
        }
        else
        {
            Plan.ForwardBeforeLoss();
        }
    }

    /// <summary>The rest of the forward pass and <see cref="LossAndGradient"/>, in one launch if it can be.</summary>
    public void EndForward()
    {
        if (lossStage is null)
        {
            LossAndGradient();
        }
        else
        {
            (ClassificationLoss entropy, Tensor<float>? classWeights) = ((CrossEntropyLoss)loss).Parts;
            lossStage.Forward(entropy, Targets, classWeights, augmenter?.Mixed);
        }

        // Where mini-batches are parts of a larger one: the gradient of its mean loss.
        scale?.Apply(Plan.LogitsGradient, share!);
    }

    /// <summary>
    /// Adds loss and right answers to the totals, leaves the gradient of the loss in the plan, and moves the position
    /// on to the next mini-batch.
    /// </summary>
    public void LossAndGradient() => loss.ForwardBackward(
        Plan.Logits, Targets, Plan.LogitsGradient, augmenter?.Mixed);

    /// <summary>Adds loss and right answers to the totals.</summary>
    public void Loss() => loss.Forward(Logits, Targets);

    public void Backward() => Plan.Backward();

    /// <summary>Forward, loss and backward, the same and in the same order, told to an observer.</summary>
    public void RunObserved(IStepObserver observer)
    {
        int before = Plan.PlannedStages.Count - (lossStage is null ? 0 : 1);
        Plan.ForwardObserved(before, observer.ForwardDone);
        EndForward();
        if (lossStage is not null)
        {
            observer.ForwardDone(Plan.PlannedStages[^1]);
        }

        Plan.BackwardObserved(observer.BackwardBegins, observer.BackwardDone);
    }
}
