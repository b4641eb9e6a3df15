// Logarithm of the softmax over the classes of every row: logits, y, dY, dX are [rows, classes].
//   y_c  = x_c - m - log sum_k e^(x_k - m),  m = max_k x_k
//   dX_c = dY_c - e^y_c sum_k dY_k             (dy_k/dx_c = [k = c] - e^y_c)
// dX is assigned. Both may run in place (y = logits; dX = dY).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Logarithms of the probabilities of classes from their logits, row by row, and the backward pass.</summary>
public sealed class LogSoftmax
{
    private readonly ComputeDevice device;
    private readonly Shape rowsByClasses;
    private readonly SoftmaxLaunches launches;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows, each normalised on its own.</param>
    /// <param name="classes">Values of a row, at least one.</param>
    public LogSoftmax(ComputeDevice device, int rows, int classes)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.device = device;
        rowsByClasses = new Shape(rows, classes);
        launches = new SoftmaxLaunches(device, rows, classes, log: true);
    }

    /// <summary>y = log softmax of every row.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> logits, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(y);
        logits.Expect(rowsByClasses);
        y.Expect(rowsByClasses);
        int rows = rowsByClasses[0];
        int classes = rowsByClasses[1];
        if (device.IsHost)
        {
            SoftmaxHost.LogForward(device.Workers, logits, y, rows, classes);
        }
        else
        {
            launches.Forward(logits, y);
        }
    }

    /// <summary>dX_c = dY_c - e^y_c sum_k dY_k, where y is the output of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(dY);
        ArgumentNullException.ThrowIfNull(dX);
        y.Expect(rowsByClasses);
        dY.Expect(rowsByClasses);
        dX.Expect(rowsByClasses);
        int rows = rowsByClasses[0];
        int classes = rowsByClasses[1];
        if (device.IsHost)
        {
            SoftmaxHost.LogBackward(device.Workers, y, dY, dX, rows, classes);
        }
        else
        {
            launches.Backward(y, dY, dX);
        }
    }
}
