using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Devices;

/// <summary>
/// One region that all operators of a device use in turn for values that need not outlive a call: partial sums,
/// packed panels. Operators reserve when they are planned and take it when they run; since a device runs its work in
/// order, two operators never need it at once. A region that was handed out stays valid until the device is closed.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ScratchMemory
{
    private readonly ComputeDevice device;
    private ArrayView<float> region;

    internal ScratchMemory(ComputeDevice device) => this.device = device;

    /// <summary>The region; a <see cref="MemoryScope"/> puts the one back that was there at its beginning.</summary>
    internal ArrayView<float> Region
    {
        get => region;
        set => region = value;
    }

    /// <summary>Makes sure that at least <paramref name="length"/> floats are there.</summary>
    public void Reserve(long length)
    {
        if (length > region.Length)
        {
            region = device.AllocateView<float>(length);
        }
    }

    /// <summary>The first <paramref name="length"/> floats of the region, 256-byte aligned, undefined.</summary>
    /// <exception cref="InvalidOperationException">Nobody reserved as much.</exception>
    public ArrayView<float> Take(long length) => length <= region.Length
        ? region.SubView(0, length)
        : throw new InvalidOperationException(
            $"{length} floats of scratch were taken where {region.Length} are reserved; reserve them when planning");

    /// <summary>The address of the first <paramref name="length"/> floats, for host bodies.</summary>
    public unsafe float* TakeAddress(long length) => Take(length).HostAddress();
}
