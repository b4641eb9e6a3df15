// Inverted dropout of whole rows. A row is a channel of a clip (channel dropout, rows B C) or a clip's share of a
// residual block (stochastic depth, rows B).
//   mask[r]  = 1 / (1 - rate) where u_r >= rate, else 0,  u_r in [0, 1) by Philox(seed, step, layer, element r)
//   y[r, t]  = x[r, t] mask[r]
//   dX[r, t] = dY[r, t] mask[r]                 (the mask does not depend on x)
// y, mask and dX are assigned. Everything may run in place (y = x, dX = dY). The mask is drawn as Dropout draws that of
// as many elements as there are rows: the same, bit for bit, on every device and for every number of workers.
// Sources: Tompson et al., "Efficient object localization using convolutional networks" (CVPR 2015), PyTorch's
// Dropout1d; Huang et al., "Deep networks with stochastic depth" (ECCV 2016), torchvision's mode "row".
//
// Bodies: portable, a thread an element, which draws its row's word anew: cheaper than a second launch. Host: rows by
// parts, each of which draws its rows' mask.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Sets a share of all rows of [rows, length] to zero, anew at every step.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RowDropout
{
    private readonly ComputeDevice device;
    private readonly int rows;
    private readonly int length;
    private readonly int count;
    private readonly MaskGenerator masks;
    private readonly ChannelScale scale;
    private readonly Kernel<RowDropoutKernels.ForwardArgs> forward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows, each kept or dropped as one.</param>
    /// <param name="length">Elements of a row.</param>
    /// <param name="rate">The probability that a row becomes zero, in [0, 1).</param>
    /// <param name="layer">Tells the dropouts of one network apart.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <exception cref="ArgumentException">A number is outside its range.</exception>
    public RowDropout(ComputeDevice device, int rows, int length, float rate, uint layer, ulong seed)
    {
        scale = new ChannelScale(device, rows, length); // Checks the rest.
        this.device = device;
        this.rows = rows;
        this.length = length;
        count = rows * length;
        masks = new MaskGenerator(seed, layer, rate);
        forward = device.Load<RowDropoutKernels.ForwardArgs>(RowDropoutKernels.Forward);
    }

    /// <summary>Draws the mask of the step, and y = x mask. At the same step it draws the same mask.</summary>
    /// <param name="x">[rows, length].</param>
    /// <param name="y">[rows, length].</param>
    /// <param name="mask">[rows].</param>
    /// <param name="progress">The step.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Forward(Tensor<float> x, Tensor<float> y, Tensor<float> mask, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        x.ExpectLength(count);
        y.ExpectLength(count);
        mask.ExpectLength(rows);
        if (device.IsHost)
        {
            var parts = new HostRowParts(rows, length, multiple: 4); // The rows of a Philox block stay together.
            device.Workers.Run(parts.Count, new ForwardBody(
                x.Address, y.Address, mask.Address, progress.Step.Span[0], parts, length, masks));
        }
        else
        {
            forward.LaunchOver(count, new RowDropoutKernels.ForwardArgs(
                x.View, y.View, mask.View, progress.Step.View, count, length, masks));
        }
    }

    /// <summary>y = x mask, for a mask that is given.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Apply(Tensor<float> x, Tensor<float> mask, Tensor<float> y) => scale.Forward(x, mask, y);

    /// <summary>dX = dY mask, with the mask of the forward pass.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Backward(Tensor<float> dY, Tensor<float> mask, Tensor<float> dX) => Apply(dY, mask, dX);

    private readonly unsafe struct ForwardBody(
        float* x, float* y, float* mask, int step, HostRowParts parts, int length, MaskGenerator masks) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int row = first; row < end; row += 4)
            {
                PhiloxBlock words = masks.Words(step, row / 4);
                Row(row, end, words.X);
                Row(row + 1, end, words.Y);
                Row(row + 2, end, words.Z);
                Row(row + 3, end, words.W);
            }
        }

        private void Row(int row, int end, uint word)
        {
            if (row < end)
            {
                mask[row] = masks.Mask(word);
                long start = (long)row * length;
                TensorPrimitives.Multiply(
                    new ReadOnlySpan<float>(x + start, length), mask[row], new Span<float>(y + start, length));
            }
        }
    }
}
