// Logarithm of the softmax over the classes of every row: logits, y, dY, dX are [rows, classes].
//   y_c  = x_c - m - log sum_k e^(x_k - m),  m = max_k x_k
//   dX_c = dY_c - e^y_c sum_k dY_k             (dy_k/dx_c = [k = c] - e^y_c)
// dX is assigned. Both may run in place (y = logits; dX = dY).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Logarithms of the probabilities of classes from their logits, row by row, and the backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class LogSoftmax
{
    /// <summary>Operations an element: comparison, subtraction, exponential, sum, and the last step.</summary>
    public const int OperationsOfElement = 5;

    private readonly SoftmaxRows<LogSoftmaxForm> all;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows, each normalised on its own.</param>
    /// <param name="classes">Values of a row, at least one.</param>
    public LogSoftmax(ComputeDevice device, int rows, int classes) =>
        all = new SoftmaxRows<LogSoftmaxForm>(device, rows, classes);

    /// <summary>y = log softmax of every row.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> logits, Tensor<float> y) => all.Forward(logits, y);

    /// <summary>dX_c = dY_c - e^y_c sum_k dY_k, where y is the output of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX) => all.Backward(y, dY, dX);
}
