// Focal loss of softmax: cross-entropy in which a class counts less the more probable it is held already, so that clips
// that are easy by now leave the gradient to those that are hard. logits and dLogits are [rows, classes], targets
// [rows], class weights w [classes] or none (then 1), loss [1]; gamma is at least 0. With p = softmax(logits) of a row,
// a_c and D as SoftmaxCrossEntropy's contract has them (of class weights, label smoothing and rows that were mixed):
//   row   = -sum_c a_c (1 - p_c)^gamma log p_c
//   loss  = sum of rows / D
//   g_c   = a_c (gamma p_c (1 - p_c)^(gamma - 1) log p_c - (1 - p_c)^gamma)          d row / d p_c times p_c
//   dx_c  = (g_c - p_c sum_k g_k) / D
// gamma 0 is SoftmaxCrossEntropy. Where p_c is 1 a class adds nothing, to the loss or to the gradient. A logit of minus
// infinity is as there. dLogits is assigned; it may be the logits' own memory.
// Source: Lin et al., "Focal loss for dense object detection" (ICCV 2017), equation 5, with softmax for its sigmoid;
// gamma 2 is their choice.
// One rung, a thread a row: a mini-batch has few rows, and the step's other kernels take longer.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The mean focal loss of rows of logits against target classes and, in the same pass, its gradient. Every target must
/// be in [0, classes): the host body throws otherwise, a portable kernel gives such a row a meaningless loss.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FocalCrossEntropy
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly float gamma;
    private readonly float labelSmoothing;
    private readonly int groups;
    private readonly Kernel<FocalCrossEntropyKernels.Args> pass;
    private readonly Kernel<GroupSum.TotalArgs> total;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Classes, at least one.</param>
    /// <param name="gamma">The power of 1 - p, a finite number from 0; 2 is usual.</param>
    /// <param name="labelSmoothing">The share of the target that is spread over all classes, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public FocalCrossEntropy(ComputeDevice device, int rows, int classes, float gamma, float labelSmoothing = 0f)
    {
        ArgumentNullException.ThrowIfNull(device);
        CrossEntropyTensors.ExpectPlan(rows, classes, labelSmoothing);
        if (!(gamma >= 0f && float.IsFinite(gamma)))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "gamma is a finite number from 0");
        }

        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        this.gamma = gamma;
        this.labelSmoothing = labelSmoothing;
        groups = GroupSum.Groups(device, rows);
        pass = device.Load<FocalCrossEntropyKernels.Args>(FocalCrossEntropyKernels.Pass);
        total = device.Load<GroupSum.TotalArgs>(GroupSum.Total);
        device.Scratch.Reserve(device.IsHost ? FocalCrossEntropyHost.ScratchLength(rows, classes) : groups);
    }

    /// <summary>loss = the mean focal loss.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <param name="loss">[1], assigned.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a target is no class (host).</exception>
    public void Forward(Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss) =>
        Run(logits, targets, classWeights, loss, null, null);

    /// <summary>loss = the mean focal loss, dLogits = its gradient.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <param name="loss">[1], assigned.</param>
    /// <param name="dLogits">[rows, classes], assigned.</param>
    /// <param name="mixed">What the rows were mixed with, or null where nothing was.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a target is no class (host).</exception>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss,
        Tensor<float> dLogits, MixedTargets? mixed = null)
    {
        ArgumentNullException.ThrowIfNull(dLogits);
        Run(logits, targets, classWeights, loss, dLogits, mixed);
    }

    private void Run(
        Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss,
        Tensor<float>? dLogits, MixedTargets? mixed)
    {
        var tensors = new CrossEntropyTensors(logits, targets, classWeights, loss, dLogits, mixed);
        tensors.Expect(rowsByClasses);
        if (device.IsHost)
        {
            FocalCrossEntropyHost.Run(
                device, logits, targets, classWeights, loss, dLogits, mixed, gamma, labelSmoothing);
            return;
        }

        ArrayView<float> partials = groups == 1 ? loss.View : device.Scratch.Take(groups);
        pass.Launch(groups, GroupSum.Threads(device), new FocalCrossEntropyKernels.Args(
            tensors.ToArgs(rowsByClasses, partials, labelSmoothing, lanes: 1), gamma));
        if (groups > 1)
        {
            total.Launch(1, GroupSum.Threads(device), new GroupSum.TotalArgs(partials, loss.View, groups));
        }
    }
}
