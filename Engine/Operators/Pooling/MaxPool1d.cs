// Maximum over windows of time; padding, and what ceil mode adds behind it, counts as minus infinity.
//   y[b,c,j]      = max over t in window j of x[b,c,t],   window j = [j stride - padding, + window)
//   argMax[b,c,j] = the first t that has it (a NaN wins, as in PyTorch)
//   dX[b,c,t]     = sum over j with argMax[b,c,j] = t of dY[b,c,j]
// Derivation: y copies the step argMax, which gets the gradient; a step that several windows copy gets the sum.
// y, argMax and dX are assigned.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Max-pooling over time of [B, C, T] to [B, C, P], and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MaxPool1d
{
    private readonly ComputeDevice device;
    private readonly Pool1dShape shape;
    private readonly Kernel<PoolingKernels.MaxForwardArgs> forward;
    private readonly Kernel<PoolingKernels.MaximaArgs> forwardWithoutArgMax;
    private readonly Kernel<PoolingKernels.MaxBackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <exception cref="ArgumentException">The shape describes no pooling.</exception>
    public MaxPool1d(ComputeDevice device, Pool1dShape shape)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        forward = device.Load<PoolingKernels.MaxForwardArgs>(PoolingKernels.MaxForward);
        forwardWithoutArgMax = device.Load<PoolingKernels.MaximaArgs>(PoolingKernels.MaxForwardWithoutArgMax);
        backward = device.Load<PoolingKernels.MaxBackwardArgs>(PoolingKernels.MaxBackward);
    }

    /// <summary>
    /// y [B, C, P] = the maxima of x [B, C, T]; argMax [B, C, P] = their places in time, which backward needs; null
    /// where it will not run: they are then not even looked for.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y, Tensor<int>? argMax)
    {
        x.Expect(shape.Input);
        y.Expect(shape.Output);
        argMax.ExpectIfGiven(shape.Output);
        if (device.IsHost)
        {
            PoolingHost.MaxForward(device.Workers, shape, x, y, argMax);
        }
        else if (argMax is null)
        {
            forwardWithoutArgMax.LaunchOver(y.Length, new PoolingKernels.MaximaArgs(
                x.View, y.View, new PoolingNumbers(shape)));
        }
        else
        {
            forward.LaunchOver(y.Length, new PoolingKernels.MaxForwardArgs(
                x.View, y.View, argMax.View, new PoolingNumbers(shape)));
        }
    }

    /// <summary>dX [B, C, T] = the gradient of x for dY [B, C, P].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Backward(Tensor<float> dY, Tensor<int> argMax, Tensor<float> dX)
    {
        dY.Expect(shape.Output);
        argMax.Expect(shape.Output);
        dX.Expect(shape.Input);
        if (device.IsHost)
        {
            PoolingHost.MaxBackward(device.Workers, shape, dY, argMax, dX);
        }
        else
        {
            backward.LaunchOver(dX.Length, new PoolingKernels.MaxBackwardArgs(
                dY.View, argMax.View, dX.View, new PoolingNumbers(shape)));
        }
    }
}
