// Fully connected layer. Weights lie as PyTorch's nn.Linear keeps them: [O, I], I inputs and O outputs.
//   y[b, o]   = bias[o] + sum over i of x[b, i] W[o, i]       y = x W^T + bias, and max(y, 0) in ForwardRelu
//   dX[b, i]  = sum over o of dY[b, o] W[o, i]                dX = dY W
//   dW[o, i] += sum over b of dY[b, o] x[b, i]                dW += dY^T x
//   dBias[o] += sum over b of dY[b, o]
// dX is assigned, dW and dBias accumulate. There are no kernels here: three matrix products, the first of which adds
// the bias and applies ReLU to a tile before it leaves the registers or L1, and a sum over the batch.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The extents of a dense layer.</summary>
/// <param name="Batch">Examples, B.</param>
/// <param name="Inputs">Inputs of an example, I.</param>
/// <param name="Outputs">Outputs of an example, O.</param>
public readonly record struct DenseShape(int Batch, int Inputs, int Outputs)
{
    /// <summary>x: [B, I].</summary>
    public Shape Input => new(Batch, Inputs);

    /// <summary>W: [O, I].</summary>
    public Shape Weight => new(Outputs, Inputs);

    /// <summary>The bias: [O].</summary>
    public Shape Bias => new(Outputs);

    /// <summary>y: [B, O].</summary>
    public Shape Output => new(Batch, Outputs);
}

/// <summary>y = x W^T + bias, and its backward passes.</summary>
public sealed class Dense
{
    private readonly MatMul forward;
    private readonly MatMul backwardInput;
    private readonly MatMul backwardWeight;
    private readonly Reduction sumOverBatch;

    /// <summary>Plans the layer.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The extents.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1.</exception>
    public Dense(ComputeDevice device, DenseShape shape)
    {
        (int batch, int inputs, int outputs) = shape;
        forward = new MatMul(device, new MatMulShape(batch, outputs, inputs, TransposeB: true));
        backwardInput = new MatMul(device, new MatMulShape(batch, inputs, outputs));
        backwardWeight = new MatMul(device, new MatMulShape(outputs, inputs, batch, TransposeA: true));
        sumOverBatch = new Reduction(device, new ReductionShape(1, batch, outputs));
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
    /// y = max(x W^T + bias, 0) in one pass. Going back, <see cref="Relu.Backward"/> takes this y.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public void ForwardRelu(Tensor<float> x, Tensor<float> weight, Tensor<float>? bias, Tensor<float> y) =>
        forward.Multiply(x, weight, y, accumulate: false, bias, relu: true);

    /// <summary>dX = dY W.</summary>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="weight">The weights, [O, I].</param>
    /// <param name="dX">The gradient of the inputs, [B, I], assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void BackwardInput(Tensor<float> dY, Tensor<float> weight, Tensor<float> dX) =>
        backwardInput.Multiply(dY, weight, dX);

    /// <summary>dW += dY^T x, and dBias += the sum of dY over the batch.</summary>
    /// <param name="x">The inputs of the forward pass, [B, I].</param>
    /// <param name="dY">The gradient of the outputs, [B, O].</param>
    /// <param name="dWeight">The gradient of the weights, [O, I], added to.</param>
    /// <param name="dBias">The gradient of the bias, [O], added to, or none.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void BackwardWeight(Tensor<float> x, Tensor<float> dY, Tensor<float> dWeight, Tensor<float>? dBias)
    {
        backwardWeight.Multiply(dY, x, dWeight, accumulate: true);
        if (dBias is not null)
        {
            sumOverBatch.Sum(dY, dBias, accumulate: true);
        }
    }
}
