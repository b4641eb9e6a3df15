// What training makes smaller: from logits and targets to a number for each mini-batch and the gradient that the
// backward pass begins with. Cross-entropy is CrossEntropyLoss; another is a class with these two methods, given to a
// Trainer as a function that plans it:
//   new Trainer(network, train, validation, options, loss: plan => new MyLoss(plan))
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>
/// A loss, planned for one batch size by a <see cref="LossPlan"/>. It may keep tensors of its own, made when it is
/// planned; neither method allocates device memory nor waits for the device, so that a step can be recorded.
/// </summary>
public interface ILoss
{
    /// <summary>
    /// For evaluation: adds the mini-batch's mean loss, its right answers and its number of rows to
    /// <see cref="LossPlan.Totals"/>, which a <see cref="ClassificationMeter"/> does.
    /// </summary>
    /// <param name="logits">The network's answers, [B, classes].</param>
    /// <param name="targets">The class of each row, [B], in [0, classes).</param>
    void Forward(Tensor<float> logits, Tensor<int> targets);

    /// <summary>
    /// For training: the same, and the gradient of the mean loss; then moves the position on to the next mini-batch of
    /// the epoch, by <c>Progress.MoveOn(Batch)</c> of the plan.
    /// </summary>
    /// <param name="logits">The network's answers, [B, classes].</param>
    /// <param name="targets">The class of each row, [B], in [0, classes).</param>
    /// <param name="dLogits">The gradient with respect to the logits, [B, classes]: assigned, not accumulated.</param>
    /// <param name="mixed">
    /// What the rows were mixed with by mixup, null where nothing was: a loss that cannot mix throws a
    /// <see cref="NotSupportedException"/> for anything else.
    /// </param>
    void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float> dLogits, MixedTargets? mixed = null);
}
