using ILGPU;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Engine.Devices;

/// <summary>
/// One region that all operators of a device use in turn for values that need not outlive a call: partial sums,
/// packed panels. Operators reserve when they are planned and take it when they run; since a device runs its work in
/// order, two operators never need it at once. A region that was handed out stays valid until the device is closed.
/// On the host each worker has a room of its own beside it, always the same: a core's cache must ask for each line
/// that another core has used before it can write there, which takes as long as computing what is written.
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

    /// <summary>The workers' rooms; see <see cref="Region"/>.</summary>
    internal (ArrayView<float> All, long Each) RoomsRegion { get; set; }

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

    /// <summary>Makes sure that each worker of the host has a room of at least so many floats.</summary>
    public void ReserveRooms(long each)
    {
        if (each > RoomsRegion.Each)
        {
            // Whole pages, so that no two workers share a line.
            each = (each + 1023) / 1024 * 1024;
            RoomsRegion = (device.AllocateView<float>(each * device.Workers.Count), each);
        }
    }

    /// <summary>The rooms of the workers, 256-byte aligned, undefined.</summary>
    /// <param name="each">Floats of each.</param>
    /// <exception cref="InvalidOperationException">Nobody reserved as much.</exception>
    internal unsafe WorkerRooms TakeRooms(long each) => each <= RoomsRegion.Each
        ? new WorkerRooms(RoomsRegion.All.HostAddress(), RoomsRegion.Each)
        : throw new InvalidOperationException(
            $"rooms of {each} floats were taken where {RoomsRegion.Each} are reserved; reserve them when planning");
}
