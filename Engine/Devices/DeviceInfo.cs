namespace NativeCnn.Engine.Devices;

/// <summary>What is known of a device before it is opened.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Selector">The name that <see cref="DeviceCatalog.Open"/> takes: <c>cpu</c>, <c>cuda:0</c>, ...</param>
/// <param name="Kind">How computations run on it.</param>
/// <param name="Name">The name that its driver gives.</param>
/// <param name="MemoryBytes">Memory in bytes; 0 where it is the machine's own.</param>
/// <param name="MaxGroupSize">Threads in the largest group.</param>
/// <param name="MaxSharedMemoryBytes">Shared (local) memory of a group in bytes.</param>
/// <param name="Multiprocessors">Multiprocessors or compute units; processor threads for <c>cpu</c>.</param>
/// <param name="IsGpu">True for a device of the type GPU: <c>auto</c> takes only these, or <c>cpu</c>.</param>
public sealed record DeviceInfo(
    string Selector,
    DeviceKind Kind,
    string Name,
    long MemoryBytes,
    int MaxGroupSize,
    long MaxSharedMemoryBytes,
    int Multiprocessors,
    bool IsGpu)
{
    /// <summary>True where portable kernels run on this machine's processor, slowly, to be looked at.</summary>
    public bool IsSimulated => Kind is DeviceKind.Simulator or DeviceKind.Ptx;
}
