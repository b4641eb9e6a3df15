using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx.Counting;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>One launch: what it executed, what a multiprocessor holds of it, how long it would take.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class LaunchProfile
{
    private readonly PtxLaunchCounts counts;

    internal LaunchProfile(GpuModel gpu, PtxLaunchCounts counts, KernelRegisters registers)
    {
        this.counts = counts;
        Registers = registers;
        Occupancy = Occupancy.Of(gpu, counts.Threads, registers.Count, counts.Kernel.Program.SharedBytes);
        Estimate = TimeEstimate.Of(gpu, counts, Occupancy);
    }

    /// <summary>The kernel.</summary>
    public PortableKernel Kernel => counts.Kernel.Kernel;

    /// <summary>Registers of a thread, and who says so.</summary>
    public KernelRegisters Registers { get; }

    /// <summary>What a multiprocessor holds at a time.</summary>
    public Occupancy Occupancy { get; }

    /// <summary>The time.</summary>
    public TimeEstimate Estimate { get; }

    /// <summary>What was counted, scaled to all groups.</summary>
    public WorkCounts Work => WorkCounts.Of(counts);

    /// <summary>Groups of the launch.</summary>
    public long Groups => counts.Groups;

    /// <summary>Groups that were counted.</summary>
    public long CountedGroups => counts.CountedGroups;

    /// <summary>Threads of a group.</summary>
    public int Threads => counts.Threads;

    /// <summary>Shared bytes of a group.</summary>
    public int SharedBytes => counts.Kernel.Program.SharedBytes;

    /// <summary>The counts themselves.</summary>
    internal PtxLaunchCounts Counts => counts;
}
