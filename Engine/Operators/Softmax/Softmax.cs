// Softmax over the classes of every row: logits, y, dY, dX are [rows, classes].
//   y_c  = e^(x_c - m) / sum_k e^(x_k - m),  m = max_k x_k: the same value, and no exponent is above 0
//   dX_c = y_c (dY_c - sum_k dY_k y_k)       (dy_k/dx_c = y_k ([k = c] - y_c))
// dX is assigned. Both may run in place (y = logits; dX = dY).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The probabilities of classes from their logits, row by row, and the backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Softmax
{
    /// <summary>Operations an element: comparison, subtraction, exponential, sum, and the last step.</summary>
    public const int OperationsOfElement = 5;

    private readonly SoftmaxRows<SoftmaxForm> all;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows, each normalised on its own.</param>
    /// <param name="classes">Values of a row, at least one.</param>
    public Softmax(ComputeDevice device, int rows, int classes) =>
        all = new SoftmaxRows<SoftmaxForm>(device, rows, classes);

    /// <summary>y = softmax of every row.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> logits, Tensor<float> y) => all.Forward(logits, y);

    /// <summary>dX_c = y_c (dY_c - sum_k dY_k y_k), where y is the output of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX) => all.Backward(y, dY, dX);
}
