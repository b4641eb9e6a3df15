// Windows of neighbouring bands, as a convolution over bands takes them. Of a clip's F bands of W floats each, window g
// is R of them one after the other:
//   y[b, g, r, :]  = x[b, g stride - padding + r, :]                      0 where there is no such band
//   dX[b, f, :]    = sum over r of dY[b, (f + padding - r) / stride, r, :]  where that is a whole number in [0, G)
//   G = floor((F + 2 padding - R) / stride) + 1
// Derivation: y copies elements of x, so each hands its gradient back to where it came from. A window is one piece of
// memory: what follows may take it as channels of one clip among B G. y and dX are assigned; they may not overlap x
// and dY.
//
// Bodies: portable, a thread an element of what is assigned. Host: rows of W floats, copied and added whole.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Copies windows of bands, [B, F, W] to [B, G, R, W], and adds their gradients up again.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class BandWindows
{
    private readonly ComputeDevice device;
    private readonly BandWindowsShape shape;
    private readonly Kernel<BandWindowsKernels.Args> forward;
    private readonly Kernel<BandWindowsKernels.Args> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="shape">The one shape it will run for.</param>
    /// <exception cref="ArgumentException">The shape describes no windows.</exception>
    public BandWindows(ComputeDevice device, BandWindowsShape shape)
    {
        ArgumentNullException.ThrowIfNull(device);
        shape.Validate();
        this.device = device;
        this.shape = shape;
        forward = device.Load<BandWindowsKernels.Args>(BandWindowsKernels.Forward);
        backward = device.Load<BandWindowsKernels.Args>(BandWindowsKernels.Backward);
    }

    /// <summary>y [B, G, R, W] from x [B, F, W].</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Forward(Tensor<float> x, Tensor<float> y)
    {
        x.ExpectLength(shape.Input.Length);
        y.ExpectLength(shape.Output.Length);
        if (device.IsHost)
        {
            Run(x.Address, y.Address, shape.Batch * shape.Windows * shape.Bands, backward: false);
        }
        else
        {
            forward.LaunchOver(y.Length, new BandWindowsKernels.Args(x.View, y.View, y.Length, shape));
        }
    }

    /// <summary>dX [B, F, W] from dY [B, G, R, W].</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Backward(Tensor<float> dY, Tensor<float> dX)
    {
        dY.ExpectLength(shape.Output.Length);
        dX.ExpectLength(shape.Input.Length);
        if (device.IsHost)
        {
            Run(dY.Address, dX.Address, shape.Batch * shape.InputBands, backward: true);
        }
        else
        {
            backward.LaunchOver(dX.Length, new BandWindowsKernels.Args(dY.View, dX.View, dX.Length, shape));
        }
    }

    private unsafe void Run(float* from, float* to, int rows, bool backward)
    {
        var parts = new HostRowParts(rows, shape.Width);
        device.Workers.Run(
            parts.Count, HostWork.OfFloats(2L * shape.Output.Length),
            new HostBody(from, to, shape, parts, backward));
    }

    /// <summary>Some rows of what is assigned.</summary>
    private readonly unsafe struct HostBody(
        float* from, float* to, BandWindowsShape shape, HostRowParts parts, bool backward) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int row = first; row < end; row++)
            {
                var target = new Span<float>(to + ((long)row * shape.Width), shape.Width);
                if (backward)
                {
                    Sum(row / shape.InputBands, row % shape.InputBands, target);
                }
                else
                {
                    Copy(row / shape.Bands, row % shape.Bands, target);
                }
            }
        }

        private void Copy(int window, int r, Span<float> target)
        {
            (int clip, int g) = (window / shape.Windows, window % shape.Windows);
            int band = (g * shape.Stride) - shape.Padding + r;
            if ((uint)band < (uint)shape.InputBands)
            {
                Row((clip * shape.InputBands) + band).CopyTo(target);
            }
            else
            {
                target.Clear();
            }
        }

        private void Sum(int clip, int band, Span<float> target)
        {
            bool begun = false;
            for (int r = 0; r < shape.Bands; r++)
            {
                int at = band + shape.Padding - r;
                if (at < 0 || at % shape.Stride != 0 || at / shape.Stride >= shape.Windows)
                {
                    continue;
                }

                Span<float> source = Row((((clip * shape.Windows) + (at / shape.Stride)) * shape.Bands) + r);
                if (begun)
                {
                    System.Numerics.Tensors.TensorPrimitives.Add(target, source, target);
                }
                else
                {
                    source.CopyTo(target);
                }

                begun = true;
            }

            if (!begun)
            {
                target.Clear();
            }
        }

        private Span<float> Row(int row) => new(from + ((long)row * shape.Width), shape.Width);
    }
}
