using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>
/// The mean cross-entropy of softmax, in nats, with the plan's class weights and label smoothing, as PyTorch's
/// <c>CrossEntropyLoss</c>: the loss of a <see cref="Trainer"/> that is given none.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class CrossEntropyLoss : ILoss
{
    private readonly ClassificationLoss loss;
    private readonly Tensor<float>? classWeights;

    /// <summary>Plans the loss.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the plan is outside its range.</exception>
    public CrossEntropyLoss(LossPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        loss = new ClassificationLoss(
            plan.Device, plan.Batch, plan.Classes, plan.Totals, plan.Progress, plan.LabelSmoothing);
        classWeights = plan.ClassWeights;
    }

    /// <summary>The operator, and what it is given besides a mini-batch.</summary>
    internal (ClassificationLoss Operator, Tensor<float>? ClassWeights) Parts => (loss, classWeights);

    /// <inheritdoc/>
    public void Forward(Tensor<float> logits, Tensor<int> targets) => loss.Forward(logits, targets, classWeights);

    /// <inheritdoc/>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null) =>
        loss.ForwardBackward(logits, targets, classWeights, dLogits, mixed);
}
