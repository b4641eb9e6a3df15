// Logistic function, elementwise.
//   y  = 1 / (1 + e^-x)
//   dX = dY y (1 - y)          (from y alone: dy/dx = e^-x / (1 + e^-x)^2 = y (1 - y))
// dX is assigned. Forward may run in place (y = x), and so may backward (dX = dY).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>y = 1 / (1 + e^-x) over tensors of any one shape, and its backward pass.</summary>
public sealed class Sigmoid
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly Kernel<SigmoidKernels.ForwardArgs> forward;
    private readonly Kernel<SigmoidKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    public Sigmoid(ComputeDevice device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.device = device;
        this.length = length;
        forward = device.Load<SigmoidKernels.ForwardArgs>(SigmoidKernels.Forward);
        backward = device.Load<SigmoidKernels.BackwardArgs>(SigmoidKernels.Backward);
    }

    /// <summary>y = 1 / (1 + e^-x), finite for every finite x.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        x.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            SigmoidHost.Forward(device.Workers, x, y);
        }
        else
        {
            forward.LaunchOver(length, new SigmoidKernels.ForwardArgs(x.View, y.View, length));
        }
    }

    /// <summary>dX = dY y (1 - y), where y is the output of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(dY);
        ArgumentNullException.ThrowIfNull(dX);
        y.ExpectLength(length);
        dY.ExpectLength(length);
        dX.ExpectLength(length);
        if (device.IsHost)
        {
            SigmoidHost.Backward(device.Workers, y, dY, dX);
        }
        else
        {
            backward.LaunchOver(length, new SigmoidKernels.BackwardArgs(y.View, dY.View, dX.View, length));
        }
    }
}
