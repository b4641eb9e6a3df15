// The end of a classifier's forward pass and the beginning of its backward pass, in one launch where one group of
// threads has all rows (mini-batches of up to 256), else in the launches of its two parts:
//   loss, dLogits   as SoftmaxCrossEntropy's contract has them
//   totals         += as ClassificationMeter's contract has them
//   progress.Position += rows, for a training step
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// <see cref="SoftmaxCrossEntropy"/> and <see cref="ClassificationMeter"/> of a training step, fused; the position
/// moves on to the next mini-batch of the epoch's order.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ClassificationLoss
{
    private readonly ComputeDevice device;
    private readonly int rows;
    private readonly SoftmaxCrossEntropy crossEntropy;
    private readonly ClassificationMeter meter;
    private readonly TrainingProgress progress;
    private readonly Tensor<float> loss;
    private readonly Kernel<ClassificationLossKernels.Args> pass;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows of a mini-batch, at least one.</param>
    /// <param name="classes">Classes, at least one.</param>
    /// <param name="totals">Where losses and right answers are added.</param>
    /// <param name="progress">Whose position moves on by the rows.</param>
    /// <param name="labelSmoothing">The share of the target that is spread over all classes, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ClassificationLoss(
        ComputeDevice device, int rows, int classes, MeterTotals totals, TrainingProgress progress,
        float labelSmoothing = 0f)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(totals);
        ArgumentNullException.ThrowIfNull(progress);
        this.device = device;
        this.rows = rows;
        this.progress = progress;
        crossEntropy = new SoftmaxCrossEntropy(device, rows, classes, labelSmoothing);
        meter = new ClassificationMeter(device, rows, classes, totals);
        loss = device.Allocate<float>(new Shape(1));
        pass = crossEntropy.Rung switch
        {
            4 => device.Load<ClassificationLossKernels.Args>(ClassificationLossKernels.WarpPass),
            3 => device.Load<ClassificationLossKernels.Args>(ClassificationLossKernels.SharedPass),
            _ => device.Load<ClassificationLossKernels.Args>(ClassificationLossKernels.Pass),
        };
    }

    /// <summary>The mean loss of the last mini-batch, [1].</summary>
    public Tensor<float> Loss => loss;

    /// <summary>The loss and the totals: what evaluation needs. The training's position stays.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a target is no class (host).</exception>
    public void Forward(Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights)
    {
        crossEntropy.Forward(logits, targets, classWeights, loss);
        meter.Add(logits, targets, loss);
    }

    /// <summary>The loss, its gradient, the totals and the training's position.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <param name="dLogits">[rows, classes], assigned; not the logits' own memory.</param>
    /// <param name="mixed">What the rows were mixed with, or null where nothing was.</param>
    /// <exception cref="ArgumentException">A shape is not as planned, or a target is no class (host).</exception>
    public void ForwardBackward(
        Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights, Tensor<float> dLogits,
        MixedTargets? mixed = null)
    {
        if (!device.IsHost && crossEntropy.IsOneGroup)
        {
            pass.Launch(1, GroupSum.Threads(device), new ClassificationLossKernels.Args(
                crossEntropy.ArgsOfOneGroup(logits, targets, classWeights, loss, dLogits, mixed),
                meter.ArgsOf(logits, targets, loss), progress.Position.View));
            return;
        }

        crossEntropy.ForwardBackward(logits, targets, classWeights, loss, dLogits, mixed);
        meter.Add(logits, targets, loss);
        progress.MoveOn(rows);
    }
}
