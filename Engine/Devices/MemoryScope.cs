namespace NativeCnn.Engine.Devices;

/// <summary>
/// Gives back, when it ends, all memory that was taken of a device since it began: of a measurement, for instance,
/// before the next. What was planned inside must not run any more; compiled kernels stay.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time. Scopes end in the opposite order of their beginnings.</remarks>
public sealed class MemoryScope : IDisposable
{
    private readonly ComputeDevice device;
    private readonly int first;
    private readonly long taken;
    private readonly ILGPU.ArrayView<float> scratch;
    private readonly (ILGPU.ArrayView<float> All, long Each) rooms;
    private bool isOver;

    internal MemoryScope(ComputeDevice device, int first)
    {
        this.device = device;
        this.first = first;
        taken = device.Memory.Taken;
        scratch = device.Scratch.Region;
        rooms = device.Scratch.RoomsRegion;
    }

    /// <summary>Waits for the device and gives the memory back.</summary>
    public void Dispose()
    {
        if (!isOver)
        {
            isOver = true;
            device.Release(first);
            device.Scratch.Region = scratch;
            device.Scratch.RoomsRegion = rooms;
            device.Memory.Taken = taken;
        }
    }
}
