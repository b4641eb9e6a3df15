using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Profiling;

/// <summary>What a GPU has, for estimates of time.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">As <c>--gpu</c> names it.</param>
/// <param name="Architecture">What ptxas assembles for it: <c>sm_90</c>.</param>
/// <param name="Multiprocessors">Its multiprocessors.</param>
/// <param name="Megahertz">Their clock under load, the boost clock.</param>
/// <param name="FloatLanes">Float32 results of a multiprocessor a cycle.</param>
/// <param name="IntegerLanes">Results of whole numbers a cycle.</param>
/// <param name="DoubleLanes">Float64 results a cycle.</param>
/// <param name="TensorProducts">Products of tf32 factors that its tensor cores add up a cycle.</param>
/// <param name="MemoryGigabytes">Gigabytes a second from memory.</param>
/// <param name="CacheGigabytes">Gigabytes a second from the second cache.</param>
/// <param name="CacheBytes">Bytes of the second cache.</param>
/// <param name="FirstCacheBytes">Bytes of a multiprocessor's first cache, shared memory among them.</param>
/// <param name="SharedBytes">Bytes of shared memory that the groups on a multiprocessor have.</param>
/// <param name="MostThreads">Threads that a multiprocessor holds at a time.</param>
/// <param name="MostGroups">Groups that it holds at a time.</param>
public sealed record GpuModel(
    string Name, string Architecture, int Multiprocessors, int Megahertz, int FloatLanes, int IntegerLanes,
    int DoubleLanes, int TensorProducts, double MemoryGigabytes, double CacheGigabytes, long CacheBytes,
    int FirstCacheBytes, int SharedBytes, int MostThreads, int MostGroups)
{
    /// <summary>Registers of a multiprocessor, on all of them.</summary>
    public const int Registers = 65_536;

    /// <summary>Instructions that a multiprocessor issues a cycle: one for each of its four schedulers.</summary>
    public const int Schedulers = 4;

    /// <summary>Bytes a cycle between a multiprocessor and the second cache.</summary>
    public const int PortBytes = 64;

    /// <summary>
    /// Microseconds from the end of a kernel to the start of the next in a CUDA graph, measured on an H200; no other
    /// GPU was at hand.
    /// </summary>
    public const double LaunchMicroseconds = 1.3;

    /// <summary>Float32 operations a second, in billions, a product and a sum being two.</summary>
    public double Gigaflops => 2e-3 * FloatLanes * Multiprocessors * Megahertz;

    /// <summary>Cycles that results take.</summary>
    internal PtxLatencies Latencies { get; init; } = PtxLatencies.Hopper;
}
