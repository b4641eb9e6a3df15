using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Profiling;

/// <summary>How launches are counted.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Gpu">The GPU that launches are planned and times estimated for.</param>
public sealed record ProfileOptions(GpuModel Gpu)
{
    /// <summary>
    /// Instructions of warps, in millions, that are executed of a launch before it is counted by some of its groups;
    /// 0 executes all of every launch.
    /// </summary>
    public int Millions { get; init; } = 100;

    /// <summary>Rungs in place of the device's own choices; null for none.</summary>
    public string? Rungs { get; init; }

    /// <summary>With how many digits matrix products are computed.</summary>
    public FloatPrecision Precision { get; init; }

    /// <summary>Threads of host bodies; they count nothing.</summary>
    public int Workers { get; init; } = 1;
}
