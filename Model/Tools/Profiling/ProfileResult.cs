using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tools.Profiling;

/// <summary>The launches of a call or of a training step, and what the formula says of it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The operator's case or the network.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Rung">How a rung was chosen for it, <c>matmul=2</c>; null where the device's own choice ran.</param>
/// <param name="Gpu">The GPU.</param>
/// <param name="Launches">The launches in order.</param>
/// <param name="Operations">Operations by the formula.</param>
/// <param name="Bytes">Bytes by the formula: inputs read once, outputs written once.</param>
public sealed record ProfileResult(
    string Name, string Shape, string? Rung, GpuModel Gpu, IReadOnlyList<LaunchProfile> Launches, double Operations,
    double Bytes)
{
    /// <summary>All launches together.</summary>
    public WorkCounts Work => WorkCounts.Sum(Launches.Select(one => one.Work));

    /// <summary>Estimated time of all launches, one after another.</summary>
    public double Microseconds => Launches.Sum(one => one.Estimate.Microseconds);

    /// <summary>Measured time where it was measured; of the whole call or step.</summary>
    public double? MeasuredMicroseconds { get; init; }

    /// <summary>The launches of one kernel.</summary>
    public IReadOnlyList<LaunchProfile> Of(PortableKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return [.. Launches.Where(one => one.Kernel.Name == kernel.Name)];
    }
}
