// The end of a classifier's forward pass and the beginning of its backward pass, in one launch where one group of
// threads has all rows (mini-batches of up to 256), else in the launches of its two parts; on a GPU also with the dense
// layer before it, a group of threads a row (DenseLossKernels.cs):
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
    private readonly int classes;
    private readonly Tensor<float>? rowLosses;
    private readonly Tensor<int>? rowsRight;
    private readonly Tensor<int>? arrivals;
    private readonly Kernel<ClassificationLossKernels.Args> pass;
    private readonly Kernel<DenseLossKernels.ValuesArgs> ofValues;
    private readonly Kernel<DenseLossKernels.PartsArgs> ofParts;
    private readonly Kernel<DenseLossKernels.PoolArgs> ofPool;

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
        this.classes = classes;
        this.progress = progress;
        crossEntropy = new SoftmaxCrossEntropy(device, rows, classes, labelSmoothing);
        meter = new ClassificationMeter(device, rows, classes, totals);
        loss = device.Allocate<float>(new Shape(1));
        ofValues = device.Load<DenseLossKernels.ValuesArgs>(DenseLossKernels.OfValues);
        ofParts = device.Load<DenseLossKernels.PartsArgs>(DenseLossKernels.OfParts);
        ofPool = device.Load<DenseLossKernels.PoolArgs>(DenseLossKernels.OfPool);
        if (Takes(new DenseShape(rows, 1, classes)))
        {
            rowLosses = device.Allocate<float>(new Shape(rows));
            rowsRight = device.Allocate<int>(new Shape(rows));
            arrivals = device.Allocate<int>(new Shape(1));
        }

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

    /// <summary>
    /// True where <see cref="ForwardBackward(in DenseRows, Tensor{float}, Tensor{float}, Tensor{float}, Tensor{int},
    /// Tensor{float}, Tensor{float}, MixedTargets)"/> takes a dense layer: on a GPU other than OpenCL's, up to 256 rows,
    /// 32 classes and 1,024 inputs.
    /// </summary>
    public bool Takes(DenseShape last) => device.Info.Kind != DeviceKind.OpenCl && Dense.IsSmall(device, last) &&
        last.Batch == rows && last.Outputs == classes && last.Outputs <= DenseLossKernels.MostClasses &&
        last.Inputs <= DenseLossKernels.MostInputs;

    /// <summary>
    /// The dense layer that gives the logits, the loss, the totals, and the gradient of the logits, in one launch.
    /// </summary>
    /// <param name="input">The rows of the layer's input; what they are computed from may be stored by the way.</param>
    /// <param name="weight">The layer's weights, [classes, inputs].</param>
    /// <param name="bias">Its bias, [classes].</param>
    /// <param name="logits">[rows, classes], assigned.</param>
    /// <param name="targets">[rows], each in [0, classes).</param>
    /// <param name="classWeights">[classes], or null for 1 each.</param>
    /// <param name="dLogits">[rows, classes], assigned; not the logits' own memory.</param>
    /// <param name="mixed">What the rows were mixed with, or null where nothing was.</param>
    /// <exception cref="ArgumentException">A shape is not as planned.</exception>
    /// <exception cref="InvalidOperationException">It does not take the layer: see <see cref="Takes"/>.</exception>
    public void ForwardBackward(
        in DenseRows input, Tensor<float> weight, Tensor<float> bias, Tensor<float> logits, Tensor<int> targets,
        Tensor<float>? classWeights, Tensor<float> dLogits, MixedTargets? mixed = null)
    {
        var last = new DenseShape(rows, input.Inputs, classes);
        if (!Takes(last) || rowLosses is null)
        {
            throw new InvalidOperationException(
                $"{last} with its loss is not one launch here: run the layer, then the loss of its logits");
        }

        weight.ExpectLength(last.Weight.Length);
        bias.ExpectLength(classes);
        ArgumentNullException.ThrowIfNull(dLogits);
        var head = new DenseLossKernels.Args(
            weight.View, bias.View, logits.View, input.Inputs,
            crossEntropy.ArgsOfOneGroup(logits, targets, classWeights, loss, dLogits, mixed),
            meter.ArgsOf(logits, targets, loss), progress.Position.View, rowLosses.View, rowsRight!.View,
            arrivals!.View);
        int threads = GroupSum.Threads(device);
        if (input.Parts is { } parts)
        {
            ofParts.Launch(rows, threads, new DenseLossKernels.PartsArgs(
                head, parts, progress.Step.View, input.Dropout ?? default, input.Dropout is not null));
        }
        else if (input.Pooled is { } x)
        {
            ofPool.Launch(rows, threads, new DenseLossKernels.PoolArgs(
                head, x.View, input.ArgMax!.View, input.Values!.View, progress.Step.View, input.Dropout ?? default,
                input.Dropout is not null, x.Shape[1], x.Shape[2]));
        }
        else
        {
            ofValues.Launch(rows, threads, new DenseLossKernels.ValuesArgs(head, input.Values!.View));
        }
    }
}
