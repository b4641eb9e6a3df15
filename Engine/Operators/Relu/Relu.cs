// Rectified linear unit, elementwise.
//   y  = max(x, 0)
//   dX = dY where y > 0, else 0        (the derivative at 0 is taken as 0, as PyTorch does)
// dX is assigned. Forward may run in place (y = x), and so may backward (dX = dY).
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>y = max(x, 0) over tensors of any one shape, and its backward pass.</summary>
public sealed class Relu
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly Kernel<ReluKernels.ForwardArgs> forward;
    private readonly Kernel<ReluKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    public Relu(ComputeDevice device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.device = device;
        this.length = length;
        forward = device.Load<ReluKernels.ForwardArgs>(ReluKernels.Forward);
        backward = device.Load<ReluKernels.BackwardArgs>(ReluKernels.Backward);
    }

    /// <summary>y = max(x, 0).</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y)
    {
        x.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            ReluHost.Forward(device.Workers, x, y);
        }
        else
        {
            forward.LaunchOver(length, new ReluKernels.ForwardArgs(x.View, y.View, length));
        }
    }

    /// <summary>dX = dY where the output y of the forward pass is above 0, else 0.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Backward(Tensor<float> y, Tensor<float> dY, Tensor<float> dX)
    {
        y.ExpectLength(length);
        dY.ExpectLength(length);
        dX.ExpectLength(length);
        if (device.IsHost)
        {
            ReluHost.Backward(device.Workers, y, dY, dX);
        }
        else
        {
            backward.LaunchOver(length, new ReluKernels.BackwardArgs(y.View, dY.View, dX.View, length));
        }
    }
}
