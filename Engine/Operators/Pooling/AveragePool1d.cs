// Mean over windows of time, window j = [j stride - padding, + window):
//   y[b,c,j]  = 1 / n[j] sum over t in window j of x[b,c,t]
//   dX[b,c,t] = sum over windows j that hold t of dY[b,c,j] / n[j]
// n[j] = the steps of window j that lie in [-padding, T + padding): padding counts as zeros that are there, what ceil
// mode adds behind it does not; or, without count_include_pad, those in [0, T). As PyTorch has it.
// y and dX are assigned.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Average-pooling over time of [B, C, T] to [B, C, P], and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class AveragePool1d
{
    private readonly ComputeDevice device;
    private readonly Pool1dShape shape;
    private readonly int counted;
    private readonly Kernel<PoolingKernels.AverageArgs> forward;
    private readonly Kernel<PoolingKernels.AverageArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <param name="countIncludePad">
    /// True: a mean divides by the padding steps of its window too (PyTorch's default); false: by those of the input.
    /// </param>
    /// <exception cref="ArgumentException">The shape describes no pooling.</exception>
    public AveragePool1d(ComputeDevice device, Pool1dShape shape, bool countIncludePad = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        counted = countIncludePad ? shape.Padding : 0;
        forward = device.Load<PoolingKernels.AverageArgs>(PoolingKernels.AverageForward);
        backward = device.Load<PoolingKernels.AverageArgs>(PoolingKernels.AverageBackward);
    }

    /// <summary>y [B, C, P] = the means of the windows of x [B, C, T].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y)
    {
        x.Expect(shape.Input);
        y.Expect(shape.Output);
        if (device.IsHost)
        {
            PoolingHost.AverageForward(device.Workers, shape, counted, x, y);
        }
        else
        {
            forward.LaunchOver(y.Length, new PoolingKernels.AverageArgs(
                x.View, y.View, counted, new PoolingNumbers(shape)));
        }
    }

    /// <summary>dX [B, C, T] = the gradient of x for dY [B, C, P].</summary>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Backward(Tensor<float> dY, Tensor<float> dX)
    {
        dY.Expect(shape.Output);
        dX.Expect(shape.Input);
        if (device.IsHost)
        {
            PoolingHost.AverageBackward(device.Workers, shape, counted, dY, dX);
        }
        else
        {
            backward.LaunchOver(dX.Length, new PoolingKernels.AverageArgs(
                dY.View, dX.View, counted, new PoolingNumbers(shape)));
        }
    }
}
