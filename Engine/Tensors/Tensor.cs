using ILGPU;
using ILGPU.Runtime;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Tensors;

/// <summary>
/// A dense, row-major block of numbers on one device. It does not own its memory: that belongs to the arena or the
/// device that made it. Making one allocates a small object, so plans make all of theirs before the first step.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <typeparam name="T">float for values, int for labels and indices.</typeparam>
public sealed class Tensor<T> where T : unmanaged
{
    private ArrayView<T> view;

    internal Tensor(ComputeDevice device, Shape shape, ArrayView<T> view)
    {
        Device = device;
        Shape = shape;
        this.view = view;
    }

    /// <summary>The device whose memory holds the values.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Length => Shape.Length;

    /// <summary>The memory as portable kernels see it.</summary>
    /// <exception cref="InvalidOperationException">The arena that planned the tensor is not committed yet.</exception>
    public ArrayView<T> View => view.IsValid || Length == 0
        ? view
        : throw new InvalidOperationException("the tensor's arena is planned but not committed: call Commit() first");

    /// <summary>The memory as host bodies see it.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not on the <c>cpu</c> device.</exception>
    public unsafe Span<T> Span => new(Address, Length);

    /// <summary>
    /// The address of the first element, for host bodies; a multiple of 256 unless the tensor is a slice.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is not on the <c>cpu</c> device.</exception>
    public unsafe T* Address => Device.IsHost
        ? View.HostAddress()
        : throw new InvalidOperationException(
            $"values on '{Device.Info.Selector}' have no address here: copy them with {nameof(ToArray)}()");

    /// <summary>Copies values in. On a GPU this waits for the copy.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than elements.</exception>
    public void CopyFrom(ReadOnlySpan<T> values)
    {
        CheckLength(values.Length, nameof(values));
        if (Device.IsHost)
        {
            values.CopyTo(Span);
        }
        else if (Length > 0)
        {
            View.CopyFromCPU(Device.Stream, values);
            Device.Synchronize();
        }
    }

    /// <summary>Copies values out, after all work given to the device is done.</summary>
    /// <exception cref="ArgumentException">There is more or less room than elements.</exception>
    public void CopyTo(Span<T> values)
    {
        CheckLength(values.Length, nameof(values));
        if (Device.IsHost)
        {
            Span.CopyTo(values);
        }
        else if (Length > 0)
        {
            View.CopyToCPU(Device.Stream, values);
            Device.Synchronize();
        }
    }

    /// <summary>The values as a new array, after all work given to the device is done.</summary>
    public T[] ToArray()
    {
        T[] values = new T[Length];
        CopyTo(values);
        return values;
    }

    /// <summary>Sets all elements to zero.</summary>
    public void Clear()
    {
        if (Device.IsHost)
        {
            Span.Clear();
        }
        else if (Length > 0)
        {
            View.MemSetToZero(Device.Stream);
        }
    }

    /// <summary>Copies another tensor of the same length and device, in stream order.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void CopyFrom(Tensor<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckLength(other.Length, nameof(other));
        if (Device.IsHost)
        {
            other.Span.CopyTo(Span);
        }
        else if (Length > 0)
        {
            View.CopyFrom(Device.Stream, other.View);
        }
    }

    /// <summary>The same memory from element <paramref name="start"/> on, under a shape of its own.</summary>
    /// <exception cref="ArgumentException">The slice reaches past the end.</exception>
    public Tensor<T> Slice(int start, Shape shape) => start >= 0 && (long)start + shape.Length <= Length
        ? new Tensor<T>(Device, shape, View.SubView(start, shape.Length))
        : throw new ArgumentException($"{shape} from element {start} on does not fit into {Shape}");

    /// <summary>For instance <c>Single[64, 40, 100] on cpu</c>.</summary>
    public override string ToString() => $"{typeof(T).Name}{Shape} on {Device.Info.Selector}";

    internal void Bind(ArrayView<T> memory) => view = memory;

    private void CheckLength(int length, string name)
    {
        if (length != Length)
        {
            throw new ArgumentException($"{length} values do not fit a tensor of shape {Shape}", name);
        }
    }
}
