using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <inheritdoc cref="Activation"/>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <typeparam name="TFunction">The function.</typeparam>
public sealed class Activation<TFunction> : Activation where TFunction : struct, IActivation<TFunction>
{
    private readonly ComputeDevice device;
    private readonly int length;
    private readonly float slope;
    private readonly Kernel<ActivationKernels<TFunction>.ForwardArgs> forward;
    private readonly Kernel<ActivationKernels<TFunction>.BackwardArgs> backward;

    /// <summary>Plans the operator.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">Elements of every tensor.</param>
    /// <param name="slope">The function's parameter a; null for <see cref="IActivation{TSelf}.DefaultSlope"/>.</param>
    /// <exception cref="ArgumentException">The slope is not finite, or the length is negative.</exception>
    public Activation(ComputeDevice device, int length, float? slope = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        this.slope = slope ?? TFunction.DefaultSlope;
        if (!float.IsFinite(this.slope))
        {
            throw new ArgumentOutOfRangeException(
                nameof(slope), slope, $"the slope of {typeof(TFunction).Name} must be a finite number");
        }

        this.device = device;
        this.length = length;
        forward = device.Load<ActivationKernels<TFunction>.ForwardArgs>(ActivationKernels<TFunction>.Forward);
        backward = device.Load<ActivationKernels<TFunction>.BackwardArgs>(ActivationKernels<TFunction>.Backward);
    }

    /// <inheritdoc/>
    public override unsafe void Forward(Tensor<float> x, Tensor<float> y)
    {
        x.ExpectLength(length);
        y.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(HostParts.Blocks(length), new ForwardBody(x.Address, y.Address, length, slope));
        }
        else
        {
            forward.LaunchOver(length, new(x.View, y.View, length, slope));
        }
    }

    /// <inheritdoc/>
    public override unsafe void Backward(Tensor<float> value, Tensor<float> dY, Tensor<float> dX)
    {
        value.ExpectLength(length);
        dY.ExpectLength(length);
        dX.ExpectLength(length);
        if (device.IsHost)
        {
            device.Workers.Run(
                HostParts.Blocks(length), new BackwardBody(value.Address, dY.Address, dX.Address, length, slope));
        }
        else
        {
            backward.LaunchOver(length, new(value.View, dY.View, dX.View, length, slope));
        }
    }

    private readonly unsafe struct ForwardBody(float* x, float* y, int length, float slope) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            TFunction.Forward(
                new ReadOnlySpan<float>(x + start, count), new Span<float>(y + start, count), slope);
        }
    }

    private readonly unsafe struct BackwardBody(float* value, float* dY, float* dX, int length, float slope)
        : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int start, int count) = HostParts.Range(part, length);
            TFunction.Backward(
                new ReadOnlySpan<float>(value + start, count), new ReadOnlySpan<float>(dY + start, count),
                new Span<float>(dX + start, count), slope);
        }
    }
}
