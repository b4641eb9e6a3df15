using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>
/// The mean focal loss of softmax, with the plan's class weights and label smoothing: clips that the network is sure of
/// count little. See <see cref="FocalCrossEntropy"/>.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FocalLoss : ILoss
{
    private readonly LossPlan plan;
    private readonly FocalCrossEntropy focal;
    private readonly ClassificationMeter meter;
    private readonly Tensor<float> loss;

    /// <summary>Plans the loss.</summary>
    /// <param name="plan">What it is planned for.</param>
    /// <param name="gamma">The power of 1 - p; 2 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public FocalLoss(LossPlan plan, float gamma)
    {
        ArgumentNullException.ThrowIfNull(plan);
        this.plan = plan;
        focal = new FocalCrossEntropy(plan.Device, plan.Batch, plan.Classes, gamma, plan.LabelSmoothing);
        meter = new ClassificationMeter(plan.Device, plan.Batch, plan.Classes, plan.Totals);
        loss = plan.Device.Allocate<float>(new Shape(1));
    }

    /// <inheritdoc/>
    public void Forward(Tensor<float> logits, Tensor<int> targets)
    {
        focal.Forward(logits, targets, plan.ClassWeights, loss);
        meter.Add(logits, targets, loss);
    }

    /// <inheritdoc/>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null)
    {
        focal.ForwardBackward(logits, targets, plan.ClassWeights, loss, dLogits, mixed);
        meter.Add(logits, targets, loss);
        plan.Progress.MoveOn(plan.Batch);
    }
}
