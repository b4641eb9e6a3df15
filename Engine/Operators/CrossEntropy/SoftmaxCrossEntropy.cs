// Cross-entropy of the softmax of every row against the class that is true of it: logits and dLogits are
// [rows, classes], targets [rows], class weights w [classes] or none (then 1), loss [1]. PyTorch's CrossEntropyLoss
// with reduction "mean". With label smoothing s, target t and p = softmax(logits) of a row:
//   a_c   = (1 - s) w_t [c = t] + s / classes * w_c
//   row   = -sum_c a_c log p_c = A log sum_c e^(x_c - m) - sum_c a_c (x_c - m),  A = sum_c a_c,  m = max_c x_c
//   loss  = sum of rows / D,  D = sum over the rows of w_t
// Where clips were mixed, a row has a second target u with a share m: w_t [c = t] and w_t are then
// (1 - m) w_t [c = t] + m w_u [c = u] and (1 - m) w_t + m w_u, so that without weights the row's loss is
// (1 - m) times that against t plus m times that against u.
//   dx_c  = (A p_c - a_c) / D                 (d log p_k / dx_c = [k = c] - p_c)
// A logit of minus infinity has p = 0. Where its a_c is 0 it adds nothing to the loss, else the loss is plus infinity.
// dLogits is assigned, and is the gradient of the mean loss. It may be the logits' own memory.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The mean cross-entropy of rows of logits against target classes and, in the same pass, its gradient.
/// Every target must be in [0, classes). The host body throws otherwise; a portable kernel cannot, and gives such a
/// row a meaningless loss, without reaching outside any tensor. Check labels when they are loaded.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class SoftmaxCrossEntropy
{
    private const int RowsOfThread = 4;

    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly float labelSmoothing;
    private readonly int groups;
    private readonly RowPlan plan;
    private readonly Kernel<SoftmaxCrossEntropyKernels.Args> pass;
    private readonly Kernel<GroupSum.TotalArgs> total;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Classes, at least one.</param>
    /// <param name="labelSmoothing">The share of the target that is spread over all classes, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public SoftmaxCrossEntropy(ComputeDevice device, int rows, int classes, float labelSmoothing = 0f)
    {
        ArgumentNullException.ThrowIfNull(device);
        CrossEntropyTensors.ExpectPlan(rows, classes, labelSmoothing);

        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        this.labelSmoothing = labelSmoothing;
        plan = RowPlan.Choose(device, SoftmaxCrossEntropyKernels.Ladder, rows, classes);
        // A second launch costs more than a few rows after one another.
        groups = plan.Rung == 1 ? GroupSum.Groups(device, rows)
            : plan.Rung > 2 && plan.Groups(rows) <= RowsOfThread ? 1
            : plan.Groups(rows);
        pass = plan.Rung switch
        {
            1 => device.Load<SoftmaxCrossEntropyKernels.Args>(SoftmaxCrossEntropyKernels.Pass),
            2 => device.Load<SoftmaxCrossEntropyKernels.Args>(SoftmaxCrossEntropyKernels.GroupPass),
            3 => device.Load<SoftmaxCrossEntropyKernels.Args>(SoftmaxCrossEntropyKernels.SharedPass),
            _ => device.Load<SoftmaxCrossEntropyKernels.Args>(SoftmaxCrossEntropyKernels.WarpPass),
        };
        total = device.Load<GroupSum.TotalArgs>(GroupSum.Total);
        device.Scratch.Reserve(device.IsHost ? SoftmaxCrossEntropyHost.ScratchLength(rows, classes) : groups);
    }

    /// <summary>loss = the mean cross-entropy.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <param name="loss">[1], assigned.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a target is no class (host).</exception>
    public void Forward(Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss) =>
        Run(logits, targets, classWeights, loss, null, null);

    /// <summary>loss = the mean cross-entropy, dLogits = its gradient.</summary>
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

    /// <summary>The rung of the portable kernels.</summary>
    internal int Rung => plan.Rung;

    /// <summary>True where one group of threads, thus one launch, has all rows (portable).</summary>
    internal bool IsOneGroup => groups == 1 && plan.Rung != 2;

    /// <summary>
    /// The arguments of the portable kernel for one group, after the checks of <see cref="Forward"/>.
    /// </summary>
    internal SoftmaxCrossEntropyKernels.Args ArgsOfOneGroup(
        Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss,
        Tensor<float>? dLogits, MixedTargets? mixed)
    {
        var tensors = new CrossEntropyTensors(logits, targets, classWeights, loss, dLogits, mixed);
        tensors.Expect(rowsByClasses);
        return tensors.ToArgs(rowsByClasses, loss.View, labelSmoothing, plan.Lanes);
    }

    private void Run(
        Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> loss,
        Tensor<float>? dLogits, MixedTargets? mixed)
    {
        var tensors = new CrossEntropyTensors(logits, targets, classWeights, loss, dLogits, mixed);
        tensors.Expect(rowsByClasses);
        if (device.IsHost)
        {
            SoftmaxCrossEntropyHost.Run(
                device, logits, targets, classWeights, loss, dLogits, mixed, labelSmoothing);
            return;
        }

        ArrayView<float> partials = groups == 1 ? loss.View : device.Scratch.Take(groups);
        pass.Launch(
            groups, GroupSum.Threads(device), tensors.ToArgs(rowsByClasses, partials, labelSmoothing, plan.Lanes));
        if (groups > 1)
        {
            total.Launch(1, GroupSum.Threads(device), new GroupSum.TotalArgs(partials, loss.View, groups));
        }
    }
}
