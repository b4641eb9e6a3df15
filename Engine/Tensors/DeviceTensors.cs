// Tensors in memory of their own. An extension, so that devices need not know tensors.
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Tensors;

/// <summary>Takes tensors from a device.</summary>
public static class DeviceTensors
{
    /// <summary>
    /// A tensor in memory of its own, zeroed. What belongs to a network comes from a <see cref="TensorArena"/> instead.
    /// </summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="DeviceMemoryException">There is not as much memory.</exception>
    public static Tensor<T> Allocate<T>(this ComputeDevice device, Shape shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        return new Tensor<T>(device, shape, device.AllocateView<T>(shape.Length));
    }

    /// <summary>
    /// A tensor in memory of its own, with whatever was in it before: for what is written before it is read, and so
    /// large that zeroing it first would be felt.
    /// </summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="DeviceMemoryException">There is not as much memory.</exception>
    public static Tensor<T> AllocateUninitialized<T>(this ComputeDevice device, Shape shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        return new Tensor<T>(device, shape, device.AllocateView<T>(shape.Length, isZeroed: false));
    }

    /// <summary>A tensor in memory of its own that holds <paramref name="values"/>.</summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <exception cref="ArgumentException">The shape does not hold as many elements as there are values.</exception>
    /// <exception cref="DeviceMemoryException">There is not as much memory.</exception>
    public static Tensor<T> Upload<T>(this ComputeDevice device, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Tensor<T> tensor = device.Allocate<T>(shape);
        tensor.CopyFrom(values);
        return tensor;
    }
}
