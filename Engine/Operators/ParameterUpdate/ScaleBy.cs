// x *= factor, with the factor in device memory, where a recorded step reads it anew. Gradient accumulation gives the
// gradient of each part of a mini-batch the share that the part has of the whole.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Multiplies a tensor by a number that lies on the device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ScaleBy
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly Kernel<ParameterUpdateKernels.ScaleArgs> scale;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of x.</param>
    public ScaleBy(ComputeDevice device, int length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.device = device;
        this.length = length;
        scale = device.Load<ParameterUpdateKernels.ScaleArgs>(ParameterUpdateKernels.Scale);
    }

    /// <summary>x *= factor.</summary>
    /// <param name="x">Any shape of the length.</param>
    /// <param name="factor">[1].</param>
    /// <exception cref="ArgumentException">A tensor has another length than planned.</exception>
    public void Apply(Tensor<float> x, Tensor<float> factor)
    {
        x.ExpectLength(length);
        factor.ExpectLength(1);
        if (device.IsHost)
        {
            // Logits' gradients alone: not worth a team.
            TensorPrimitives.Multiply(x.Span, factor.Span[0], x.Span);
        }
        else
        {
            scale.LaunchOver(length, new ParameterUpdateKernels.ScaleArgs(x.View, factor.View, length));
        }
    }
}
