// Every row times a number of its own: the gate of a squeeze-and-excitation block, a row being a channel of a clip.
//   y[r, t]  = x[r, t] gate[r]
//   dX[r, t] = dY[r, t] gate[r]
//   dGate[r] = sum over t of dY[r, t] x[r, t]
// y, dX and dGate are assigned. dX may be dY; y may be x where no backward follows. Tensors are checked by their number
// of elements, so x may be [B, C, T] and the gate [B, C].
// Source: Hu et al., "Squeeze-and-excitation networks" (CVPR 2018).
//
// Bodies: portable, a thread an element forward; backward a group of threads a row, one launch. Host: rows by parts.
using System.Numerics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Scales the rows of [rows, length] by [rows], and its backward pass.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ChannelScale
{
    /// <summary>Operations an element, forward: one multiplication.</summary>
    public const int OperationsOfElement = 1;

    /// <summary>Operations an element, backward: one multiplication for dX, and two for dGate with its sum.</summary>
    public const int BackwardOperationsOfElement = 3;

    // A warp; a row of fewer elements leaves some of its threads idle.
    private const int FewestThreads = 32;

    private readonly ComputeDevice device;
    private readonly int rows;
    private readonly int length;
    private readonly int count;
    private readonly Kernel<ChannelScaleKernels.ForwardArgs> forward;
    private readonly Kernel<ChannelScaleKernels.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="rows">Rows, B C for channels of clips.</param>
    /// <param name="length">Elements of a row.</param>
    /// <exception cref="ArgumentException">One is below 1, or there are more elements than a tensor has.</exception>
    public ChannelScale(ComputeDevice device, int rows, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        this.device = device;
        this.rows = rows;
        this.length = length;
        count = new Shape(rows, length).Length;
        forward = device.Load<ChannelScaleKernels.ForwardArgs>(ChannelScaleKernels.Forward);
        backward = device.Load<ChannelScaleKernels.BackwardArgs>(ChannelScaleKernels.Backward);
    }

    /// <summary>y = x, each row times its gate.</summary>
    /// <param name="x">[rows, length].</param>
    /// <param name="gate">[rows].</param>
    /// <param name="y">[rows, length].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Forward(Tensor<float> x, Tensor<float> gate, Tensor<float> y)
    {
        x.ExpectLength(count);
        gate.ExpectLength(rows);
        y.ExpectLength(count);
        if (device.IsHost)
        {
            var parts = new HostRowParts(rows, length);
            device.Workers.Run(parts.Count, new ForwardBody(x.Address, gate.Address, y.Address, parts, length));
        }
        else
        {
            forward.LaunchOver(count, new ChannelScaleKernels.ForwardArgs(x.View, gate.View, y.View, count, length));
        }
    }

    /// <summary>dX and dGate for dY.</summary>
    /// <param name="x">[rows, length], as forward had it.</param>
    /// <param name="gate">[rows], as forward had it.</param>
    /// <param name="dY">[rows, length].</param>
    /// <param name="dX">[rows, length], or null where nobody needs it; may be dY.</param>
    /// <param name="dGate">[rows], or null where nobody needs it.</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Backward(
        Tensor<float> x, Tensor<float> gate, Tensor<float> dY, Tensor<float>? dX, Tensor<float>? dGate)
    {
        x.ExpectLength(count);
        gate.ExpectLength(rows);
        dY.ExpectLength(count);
        dX.ExpectLengthIfGiven(count);
        dGate.ExpectLengthIfGiven(rows);
        if (device.IsHost)
        {
            var parts = new HostRowParts(rows, length);
            device.Workers.Run(parts.Count, new BackwardBody(
                x.Address, gate.Address, dY.Address, dX is null ? null : dX.Address,
                dGate is null ? null : dGate.Address, parts, length));
        }
        else if (dGate is not null)
        {
            backward.Launch(rows, Threads, new ChannelScaleKernels.BackwardArgs(
                x.View, gate.View, dY.View, (dX ?? dY).View, dGate.View, length, dX is not null));
        }
        else if (dX is not null)
        {
            Forward(dY, gate, dX);
        }
    }

    // No more than the row has elements, for whole warps.
    private int Threads => (int)Math.Min(
        GroupSum.Threads(device), Math.Max(FewestThreads, BitOperations.RoundUpToPowerOf2((uint)length)));

    private readonly unsafe struct ForwardBody(float* x, float* gate, float* y, HostRowParts parts, int length)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int row = first; row < end; row++)
            {
                long start = (long)row * length;
                TensorPrimitives.Multiply(
                    new ReadOnlySpan<float>(x + start, length), gate[row], new Span<float>(y + start, length));
            }
        }
    }

    private readonly unsafe struct BackwardBody(
        float* x, float* gate, float* dY, float* dX, float* dGate, HostRowParts parts, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int first, int end) = parts.Range(part);
            for (int row = first; row < end; row++)
            {
                long start = (long)row * length;
                var gradient = new ReadOnlySpan<float>(dY + start, length);
                if (dGate != null)
                {
                    dGate[row] = TensorPrimitives.Dot(gradient, new ReadOnlySpan<float>(x + start, length));
                }

                if (dX != null)
                {
                    TensorPrimitives.Multiply(gradient, gate[row], new Span<float>(dX + start, length));
                }
            }
        }
    }
}
