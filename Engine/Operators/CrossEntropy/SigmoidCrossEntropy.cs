// Binary cross-entropy of the sigmoid of every logit against its own target, for clips with many labels: logits,
// targets and dLogits are [rows, classes], positive weights w [classes] or none (then 1), loss [1]. PyTorch's
// BCEWithLogitsLoss with reduction "mean". With target t, usually 0 or 1, and N = rows * classes:
//   element = -w t log s(x) - (1 - t) log(1 - s(x)),  s(x) = 1 / (1 + e^-x)
//           = w t softplus(-x) + (1 - t) softplus(x),  softplus(x) = max(x, 0) + log(1 + e^-|x|)
//   loss    = sum of elements / N
//   dx      = ((1 - t) s(x) - w t s(-x)) / N          (d softplus(x) / dx = s(x))
// Nothing cancels. A term whose factor is 0 is 0, though the logit be infinite.
// dLogits is assigned, and is the gradient of the mean loss. It may be the logits' own memory.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The mean binary cross-entropy of logits against targets and, in the same pass, its gradient.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class SigmoidCrossEntropy
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly int groups;
    private readonly Kernel<SigmoidCrossEntropyKernels.Args> pass;
    private readonly Kernel<GroupSum.TotalArgs> total;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Labels that may each be true of a row, at least one.</param>
    public SigmoidCrossEntropy(ComputeDevice device, int rows, int classes)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        groups = GroupSum.Groups(device, rowsByClasses.Length);
        pass = device.Load<SigmoidCrossEntropyKernels.Args>(SigmoidCrossEntropyKernels.Pass);
        total = device.Load<GroupSum.TotalArgs>(GroupSum.Total);
        device.Scratch.Reserve(device.IsHost ? SigmoidCrossEntropyHost.ScratchLength(rows, classes) : groups);
    }

    /// <summary>loss = the mean over all elements.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows, classes], in [0, 1].</param>
    /// <param name="positiveWeights">[classes], or null for 1 each.</param>
    /// <param name="loss">[1], assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(
        Tensor<float> logits, Tensor<float> targets, Tensor<float>? positiveWeights, Tensor<float> loss) =>
        Run(logits, targets, positiveWeights, loss, null);

    /// <summary>loss = the mean over all elements, dLogits = its gradient.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows, classes], in [0, 1].</param>
    /// <param name="positiveWeights">[classes], or null for 1 each.</param>
    /// <param name="loss">[1], assigned.</param>
    /// <param name="dLogits">[rows, classes], assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<float> targets, Tensor<float>? positiveWeights, Tensor<float> loss,
        Tensor<float> dLogits)
    {
        ArgumentNullException.ThrowIfNull(dLogits);
        Run(logits, targets, positiveWeights, loss, dLogits);
    }

    private void Run(
        Tensor<float> logits, Tensor<float> targets, Tensor<float>? positiveWeights, Tensor<float> loss,
        Tensor<float>? dLogits)
    {
        int classes = rowsByClasses[1];
        logits.Expect(rowsByClasses);
        targets.Expect(rowsByClasses);
        positiveWeights.ExpectLengthIfGiven(classes);
        loss.ExpectLength(1);
        dLogits.ExpectIfGiven(rowsByClasses);
        if (device.IsHost)
        {
            SigmoidCrossEntropyHost.Run(device, logits, targets, positiveWeights, loss, dLogits);
            return;
        }

        bool oneStage = groups == 1;
        var partials = oneStage ? loss.View : device.Scratch.Take(groups);
        // What is not asked for is not touched; its view only has to be a valid one.
        pass.Launch(groups, GroupSum.Threads(device), new SigmoidCrossEntropyKernels.Args(
            logits.View, targets.View, (positiveWeights ?? logits).View, (dLogits ?? logits).View, partials,
            rowsByClasses.Length, classes, positiveWeights is null ? 0 : 1, dLogits is null ? 0 : 1));
        if (!oneStage)
        {
            total.Launch(1, GroupSum.Threads(device), new GroupSum.TotalArgs(partials, loss.View, groups));
        }
    }
}
