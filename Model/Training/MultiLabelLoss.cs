using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>
/// The mean cross-entropy of a sigmoid for each label, where a clip may have several or none, as PyTorch's
/// <c>BCEWithLogitsLoss</c>: class weights weigh what has a label, label smoothing draws targets towards one half, and
/// the targets of mixed clips are mixed. A target is the number of a set of labels.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MultiLabelLoss : ILoss
{
    private readonly LossPlan plan;
    private readonly Tensor<int> sets;
    private readonly LabelSetTargets expand;
    private readonly SigmoidCrossEntropy entropy;
    private readonly MultiLabelMeter meter;
    private readonly Tensor<float> expanded;
    private readonly Tensor<float> loss;

    /// <summary>Plans the loss.</summary>
    /// <param name="plan">What it is planned for.</param>
    /// <param name="sets">The sets of labels as bits, [S, words], see <see cref="LabelSetTargets"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of the plan is outside its range.</exception>
    public MultiLabelLoss(LossPlan plan, Tensor<int> sets)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(sets);
        this.plan = plan;
        this.sets = sets;
        expand = new LabelSetTargets(plan.Device, plan.Batch, plan.Classes, plan.LabelSmoothing);
        entropy = new SigmoidCrossEntropy(plan.Device, plan.Batch, plan.Classes);
        meter = new MultiLabelMeter(plan.Device, plan.Batch, plan.Classes, plan.Totals);
        expanded = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Classes));
        loss = plan.Device.Allocate<float>(new Shape(1));
    }

    /// <inheritdoc/>
    public void Forward(Tensor<float> logits, Tensor<int> targets)
    {
        expand.Fill(sets, targets, expanded);
        entropy.Forward(logits, expanded, plan.ClassWeights, loss);
        meter.Add(logits, expanded, loss);
    }

    /// <inheritdoc/>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null)
    {
        expand.Fill(sets, targets, expanded, mixed);
        entropy.ForwardBackward(logits, expanded, plan.ClassWeights, loss, dLogits);
        meter.Add(logits, expanded, loss);
        plan.Progress.MoveOn(plan.Batch);
    }
}
