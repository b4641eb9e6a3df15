// Inverted dropout, elementwise: what is kept is scaled up, so that nothing changes at inference.
//   mask_i = 1 / (1 - rate) where u_i >= rate, else 0,  u_i in [0, 1) by Philox(seed, step, layer, element i)
//   y      = x mask
//   dX     = dY mask                            (the mask does not depend on x)
// y, mask and dX are assigned. Everything may run in place (y = x, dX = dY). The mask depends on nothing but seed,
// step, layer and element, so it is the same, bit for bit, on every device and for every number of workers.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Sets a share of all elements to zero, anew at every step. After Srivastava et al., "Dropout: a simple way to prevent
/// neural networks from overfitting" (JMLR 2014), in the inverted form that PyTorch has.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Dropout
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly MaskGenerator masks;
    private readonly Kernel<DropoutKernels.ForwardArgs> forward;
    private readonly Kernel<DropoutKernels.MultiplyArgs> multiply;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    /// <param name="rate">The probability that an element becomes zero, in [0, 1).</param>
    /// <param name="layer">Tells the dropouts of one network apart.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
    public Dropout(ComputeDevice device, int length, float rate, uint layer, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.device = device;
        this.length = length;
        masks = new MaskGenerator(seed, layer, rate);
        forward = device.Load<DropoutKernels.ForwardArgs>(DropoutKernels.Forward);
        multiply = device.Load<DropoutKernels.MultiplyArgs>(DropoutKernels.Multiply);
    }

    /// <summary>Draws the mask of the step, and y = x mask. At the same step it draws the same mask.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Forward(Tensor<float> x, Tensor<float> y, Tensor<float> mask, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        x.ExpectLength(length);
        y.ExpectLength(length);
        mask.ExpectLength(length);
        if (device.IsHost)
        {
            var draw = new DropoutDraw(masks, progress.Step.Span[0]);
            DropoutHost.Forward(device.Workers, draw, x, y, mask);
        }
        else
        {
            int blocks = (int)(((long)length + 3) / 4);
            forward.LaunchOver(blocks, new DropoutKernels.ForwardArgs(
                x.View, y.View, mask.View, progress.Step.View, length, masks));
        }
    }

    /// <summary>y = x mask, for a mask that is given.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Apply(Tensor<float> x, Tensor<float> mask, Tensor<float> y)
    {
        x.ExpectLength(length);
        mask.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            DropoutHost.Multiply(device.Workers, x, mask, y);
        }
        else
        {
            multiply.LaunchOver(length, new DropoutKernels.MultiplyArgs(x.View, mask.View, y.View, length));
        }
    }

    /// <summary>dX = dY mask, with the mask of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Backward(Tensor<float> dY, Tensor<float> mask, Tensor<float> dX) => Apply(dY, mask, dX);
}
