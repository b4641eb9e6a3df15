// Fully connected layer. Weights lie as PyTorch's nn.Linear keeps them: [O, I], I inputs and O outputs.
//   y[b, o]   = bias[o] + sum over i of x[b, i] W[o, i]       y = x W^T + bias, and max(y, 0) in ForwardRelu
//   dX[b, i]  = sum over o of dY[b, o] W[o, i]                dX = dY W
//   dW[o, i] += sum over b of dY[b, o] x[b, i]                dW += dY^T x
//   dBias[o] += sum over b of dY[b, o]
// dX is assigned, dW and dBias accumulate. Three matrix products, the first of which adds the bias and applies ReLU to
// a tile before it leaves the registers or L1, and a sum over the batch; on a GPU the backward pass is one kernel, for
// a small layer such as a classifier's last one and for layers whose products rung 3 computes without splitting K, and
// dropout needs neither launch nor mask.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>y = x W^T + bias, and its backward passes.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Dense
{
    // More than these, and the tiled products are worth their launches. Sums of up to 256 terms need no blocks.
    private const int MostBatch = 256;
    private const int MostOutputs = 32;
    private const long MostTerms = 1 << 22;

    /// <summary>Most inputs of <see cref="BackwardPool"/>.</summary>
    public const int MostPooledInputs = DenseLossKernels.MostInputs;

    private readonly ComputeDevice device;
    private readonly DenseShape shape;
    private readonly Kernel<DenseKernels.CombineDropArgs> combineDrop;
    private readonly Kernel<DenseKernels.DropArgs> drop;
    private readonly Kernel<DenseKernels.BackwardArgs> backwardSmall;
    private readonly Kernel<DenseBackwardArgs>? backwardTiles;
    private readonly Kernel<DenseKernels.BackwardPoolArgs> backwardPool;
    private readonly MatMul forward;
    private readonly MatMul? backwardInput;
    private readonly MatMul? backwardWeight;
    private readonly Reduction? sumOverBatch;

    /// <summary>Plans the layer.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="training">False: for forward alone; what only backward needs is then left out.</param>
    /// <exception cref="ArgumentException">
    /// An extent is below 1, or there are more elements than a tensor has.
    /// </exception>
    public Dense(ComputeDevice device, DenseShape shape, bool training = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        combineDrop = device.Load<DenseKernels.CombineDropArgs>(DenseKernels.CombineDrop);
        drop = device.Load<DenseKernels.DropArgs>(DenseKernels.Drop);
        backwardSmall = device.Load<DenseKernels.BackwardArgs>(DenseKernels.BackwardSmall);
        backwardPool = device.Load<DenseKernels.BackwardPoolArgs>(DenseKernels.BackwardPool);
        (int batch, int inputs, int outputs) = shape;
        // In training weights belong to the core that moves them; else to nobody, and rows of x to who left them there.
        forward = new MatMul(device, new MatMulShape(batch, outputs, inputs, TransposeB: true), aIsLocal: !training);
        if (!training)
        {
            return;
        }

        backwardInput = new MatMul(device, new MatMulShape(batch, inputs, outputs));
        backwardWeight = new MatMul(device, new MatMulShape(outputs, inputs, batch, TransposeA: true));
        sumOverBatch = new Reduction(device, new ReductionShape(1, batch, outputs));
        if (backwardWeight.IsWhole4x4 && backwardInput.IsWhole4x4)
        {
            backwardTiles = device.Load<DenseBackwardArgs>(MatMulRegisterKernels.DenseBackward4x4);
        }
    }

    /// <summary>y = x W^T + bias.</summary>
    /// <param name="x">The inputs, [B, I].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="bias">The bias, [O], or none.</param>
    /// <param name="y">The outputs, [B, O].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y) =>
        forward.Multiply(x, weight, y, accumulate: false, bias, relu: false);

    /// <summary>
    /// y = max(x W^T + bias, 0) in one pass. Going back, <see cref="Activation{Relu}.Backward"/> takes this y.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public void ForwardRelu(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y) =>
        forward.Multiply(x, weight, y, accumulate: false, bias, relu: true);

    /// <summary>True where <see cref="BackwardSmall"/> is the way back: portable kernels, a small layer.</summary>
    public static bool IsSmall(ComputeDevice device, DenseShape shape)
    {
        ArgumentNullException.ThrowIfNull(device);
        return !device.IsHost && shape.Batch <= MostBatch && shape.Outputs <= MostOutputs &&
            (long)shape.Batch * shape.Inputs * shape.Outputs <= MostTerms;
    }

    /// <summary>
    /// y = max(x W^T + bias, 0) mask, the mask drawn at the step as <see cref="Dropout"/> draws it; on a GPU.
    /// </summary>
    /// <param name="x">The inputs, [B, I].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="bias">The bias, [O].</param>
    /// <param name="y">The outputs, [B, O].</param>
    /// <param name="dropout">How the mask is drawn.</param>
    /// <param name="progress">The step that it is drawn for.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The device runs host bodies, which have no such pass.</exception>
    public void ForwardReluDropout(
        Tensor<float> x, Tensor<float> weight, Tensor<float> bias, Tensor<float> y, MaskGenerator dropout,
        TrainingProgress progress)
    {
        if (device.IsHost)
        {
            throw new InvalidOperationException("the host has no fused dropout: run ForwardRelu and Dropout");
        }

        int blocks = (y.Length + 3) / 4;
        if (forward.HasParts)
        {
            combineDrop.LaunchOver(blocks, new DenseKernels.CombineDropArgs(
                forward.MultiplyParts(x, weight, y, bias, relu: true), progress.Step.View, dropout));
        }
        else
        {
            ForwardRelu(x, weight, bias, y);
            drop.LaunchOver(blocks, new DenseKernels.DropArgs(y.View, progress.Step.View, y.Length, dropout));
        }
    }

    /// <summary>
    /// y = max(x W^T + bias, 0), and the mask where there is one, left to the next layer as far as this device can: y
    /// is assigned by whoever takes the rows.
    /// </summary>
    /// <param name="x">The inputs, [B, I].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="bias">The bias, [O].</param>
    /// <param name="y">The outputs, [B, O].</param>
    /// <param name="dropout">How the mask is drawn; null for none.</param>
    /// <param name="progress">The step that it is drawn for.</param>
    /// <returns>The rows that the next layer is given.</returns>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The device runs host bodies, which have no such pass.</exception>
    public DenseRows ForwardReluRows(
        Tensor<float> x, Tensor<float> weight, Tensor<float> bias, Tensor<float> y, MaskGenerator? dropout,
        TrainingProgress progress)
    {
        if (forward.HasParts)
        {
            return DenseRows.OfParts(forward.MultiplyParts(x, weight, y, bias, relu: true), dropout);
        }

        if (dropout is { } masks)
        {
            ForwardReluDropout(x, weight, bias, y, masks, progress);
        }
        else
        {
            ForwardRelu(x, weight, bias, y);
        }

        return DenseRows.Of(y);
    }

    /// <summary>
    /// The whole backward pass in one launch, for a layer that <see cref="IsSmall"/>: dW += dY^T x, dBias += the sum of
    /// dY over the batch, dX = dY W where it is asked for. With a gate g other than 0, x is what came out of a ReLU,
    /// and of a dropout that scaled by g: dX is then the gradient of what went into them, g (dY W) where x > 0, else 0.
    /// </summary>
    /// <param name="x">The inputs of the forward pass, [B, I].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="dWeight">The gradient of the weights, [O, I], added to.</param>
    /// <param name="dBias">The gradient of the bias, [O], added to.</param>
    /// <param name="dX">The gradient of the inputs, [B, I], assigned; none where nobody needs it.</param>
    /// <param name="gate">g; 1 for a ReLU alone, 0 for none.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The layer is not small.</exception>
    public void BackwardSmall(
        Tensor<float> x, Tensor<float> weight, Tensor<float> dY, Tensor<float> dWeight, Tensor<float> dBias,
        Tensor<float>? dX, float gate)
    {
        x.ExpectLength(shape.Input.Length);
        weight.ExpectLength(shape.Weight.Length);
        dY.ExpectLength(shape.Output.Length);
        dWeight.ExpectLength(shape.Weight.Length);
        dBias.ExpectLength(shape.Bias.Length);
        dX.ExpectLengthIfGiven(shape.Input.Length);
        if (!IsSmall(device, shape))
        {
            throw new InvalidOperationException($"{shape} is no small layer: run its backward passes one by one");
        }

        backwardSmall.LaunchOver(
            shape.Weight.Length + shape.Outputs + (dX is null ? 0 : shape.Input.Length),
            new DenseKernels.BackwardArgs(
                shape, x.View, dY.View, weight.View, dWeight.View, dBias.View, dX?.View, gate));
    }

    /// <summary>
    /// The whole backward pass in one launch of a layer that <see cref="IsSmall"/>, with up to 1,024 inputs h that
    /// <see cref="DenseRows.OfPool"/> gave, and back through dropout and pooling to x.
    /// </summary>
    /// <param name="h">The inputs of the forward pass, [B, 2 C].</param>
    /// <param name="weight">The weights, [O, 2 C].</param>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="dWeight">The gradient of the weights, [O, 2 C], added to.</param>
    /// <param name="dBias">The gradient of the bias, [O], added to.</param>
    /// <param name="argMax">The places of the maxima, [B, C].</param>
    /// <param name="dX">The gradient of x, [B, C, T], assigned; none where nobody needs it.</param>
    /// <param name="dropout">How the mask was drawn; null for none.</param>
    /// <param name="progress">The step that it was drawn for, which is still the step.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The layer is not small.</exception>
    public void BackwardPool(
        Tensor<float> h, Tensor<float> weight, Tensor<float> dY, Tensor<float> dWeight, Tensor<float> dBias,
        Tensor<int> argMax, Tensor<float>? dX, MaskGenerator? dropout, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        h.ExpectLength(shape.Input.Length);
        weight.ExpectLength(shape.Weight.Length);
        dY.ExpectLength(shape.Output.Length);
        dWeight.ExpectLength(shape.Weight.Length);
        dBias.ExpectLength(shape.Bias.Length);
        argMax.ExpectLength(shape.Input.Length / 2);
        if (!IsSmall(device, shape) || shape.Inputs > DenseLossKernels.MostInputs)
        {
            throw new InvalidOperationException($"{shape} is no small layer: run its backward passes one by one");
        }

        int length = dX is null ? 1 : dX.Length / argMax.Length;
        dX.ExpectLengthIfGiven(argMax.Length * length);
        int threads = GroupSum.Threads(device);
        int parameters = (shape.Weight.Length + shape.Outputs + threads - 1) / threads;
        backwardPool.Launch(
            parameters + (dX is null ? 0 : shape.Batch), threads, new DenseKernels.BackwardPoolArgs(
                new DenseKernels.BackwardArgs(
                    shape, h.View, dY.View, weight.View, dWeight.View, dBias.View, dX: null, gate: 0),
                argMax.View, (dX ?? dWeight).View, progress.Step.View, dropout ?? default, dropout is not null,
                dX is not null, shape.Inputs / 2, length));
    }

    /// <summary>
    /// The whole backward pass: dW += dY^T x, dBias += the sum of dY over the batch, dX = dY W where it is asked for.
    /// In one launch where rung 3 of the matrix product computes both in one part each, else pass by pass.
    /// </summary>
    /// <param name="x">The inputs of the forward pass, [B, I].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="dWeight">The gradient of the weights, [O, I], added to.</param>
    /// <param name="dBias">The gradient of the bias, [O], added to.</param>
    /// <param name="dX">The gradient of the inputs, [B, I], assigned; none where nobody needs it.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The layer was planned for forward alone.</exception>
    public void Backward(
        Tensor<float> x, Tensor<float> weight, Tensor<float> dY, Tensor<float> dWeight, Tensor<float> dBias,
        Tensor<float>? dX)
    {
        if (backwardTiles is null || dX is null)
        {
            BackwardWeight(x, dY, dWeight, dBias);
            if (dX is not null)
            {
                BackwardInput(dY, weight, dX);
            }

            return;
        }

        dBias.ExpectLength(shape.Outputs);
        (MatMulKernels.Args ofWeight, int weightTiles) = backwardWeight!.TilesOf(dY, x, dWeight, accumulate: true);
        (MatMulKernels.Args ofInput, int inputTiles) = backwardInput!.TilesOf(dY, weight, dX, accumulate: false);
        int biasGroups = (shape.Outputs + DenseBackwardArgs.BiasColumns - 1) / DenseBackwardArgs.BiasColumns;
        backwardTiles.Launch(
            weightTiles + inputTiles + biasGroups, DenseBackwardArgs.Threads,
            new DenseBackwardArgs(ofWeight, ofInput, dBias.View, weightTiles, inputTiles));
    }

    /// <summary>dX = dY W.</summary>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="dX">The gradient of the inputs, [B, I], assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The layer was planned for forward alone.</exception>
    public void BackwardInput(Tensor<float> dY, Tensor<float> weight, Tensor<float> dX) =>
        Planned(backwardInput).Multiply(dY, weight, dX);

    /// <summary>dW += dY^T x, and dBias += the sum of dY over the batch.</summary>
    /// <param name="x">The inputs of the forward pass, [B, I].</param>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="dWeight">The gradient of the weights, [O, I], added to.</param>
    /// <param name="dBias">The gradient of the bias, [O], added to, or none.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    /// <exception cref="InvalidOperationException">The layer was planned for forward alone.</exception>
    public void BackwardWeight(Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias)
    {
        Planned(backwardWeight).Multiply(dY, x, dWeight, accumulate: true);
        if (dBias is not null)
        {
            sumOverBatch!.Sum(dY, dBias, accumulate: true);
        }
    }

    private static MatMul Planned(MatMul? product) => product ?? throw new InvalidOperationException(
        "this layer was planned for forward alone: plan it with training: true for its gradients");
}
