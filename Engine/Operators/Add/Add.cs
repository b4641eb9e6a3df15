// The sum of two tensors, elementwise: what joins the two ways of a residual block.
//   y  = a + b
// Backward is the identity, so there is no operator for it: dA = dY and dB = dY. Whoever plans a network gives dY
// itself to both sides, or adds it by Accumulate where a side has a gradient already.
//   Accumulate:  y += x
// y is assigned by Forward and may be a or b.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>y = a + b over tensors of any one length.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Add
{
    /// <summary>Operations an element of y: one addition.</summary>
    public const int OperationsOfElement = 1;

    private readonly ComputeDevice device;
    private readonly int length;
    private readonly Kernel<AddKernels.ForwardArgs> forward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    public Add(ComputeDevice device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.device = device;
        this.length = length;
        forward = device.Load<AddKernels.ForwardArgs>(AddKernels.Forward);
    }

    /// <summary>y = a + b; y may be a or b.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public unsafe void Forward(Tensor<float> a, Tensor<float> b, Tensor<float> y)
    {
        a.ExpectLength(length);
        b.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(HostParts.Blocks(length), new ForwardBody(a.Address, b.Address, y.Address, length));
        }
        else
        {
            forward.LaunchOver(length, new AddKernels.ForwardArgs(a.View, b.View, y.View, length));
        }
    }

    /// <summary>y += x.</summary>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Accumulate(Tensor<float> x, Tensor<float> y) => Forward(y, x, y);

    private readonly unsafe struct ForwardBody(float* a, float* b, float* y, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            TensorPrimitives.Add(
                new ReadOnlySpan<float>(a + start, count), new ReadOnlySpan<float>(b + start, count),
                new Span<float>(y + start, count));
        }
    }
}
