namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>bench kernels</c>, and of the file of <c>--save</c>; the first two are the device's limits.
/// </summary>
internal sealed record KernelBenchRecord(
    string Benchmark, string Shape, string Device, int Workers, int? Rung, bool Default, double Microseconds,
    double Gflops, double Gbps, double ShareOfPeak)
{
    /// <summary>5th percentile of the samples.</summary>
    public double? P5 { get; init; }

    /// <summary>95th percentile of the samples.</summary>
    public double? P95 { get; init; }

    /// <summary>Half of the distance between both, as a share of the median.</summary>
    public double? Noise { get; init; }

    /// <summary>Whether each call found its data in memory.</summary>
    public bool? Cold { get; init; }

    /// <summary>Sets of tensors, 1 where warm.</summary>
    public int? Buffers { get; init; }

    /// <summary><c>right</c> or <c>wrong</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>What the result was compared with.</summary>
    public string? Reference { get; init; }

    /// <summary>Largest difference, as a share of the largest number.</summary>
    public double? Difference { get; init; }

    /// <summary>Where a wrong result is wrong.</summary>
    public string? WrongAt { get; init; }

    /// <summary>MHz before.</summary>
    public double? ClockBefore { get; init; }

    /// <summary>MHz after.</summary>
    public double? ClockAfter { get; init; }

    /// <summary>Whether the clock fell.</summary>
    public bool? ClockFell { get; init; }

    /// <summary>The vendor's library that did the same.</summary>
    public string? Vendor { get; init; }

    /// <summary>Its median.</summary>
    public double? VendorMicroseconds { get; init; }

    /// <summary>Its time over ours: above 1 where ours is faster.</summary>
    public double? VendorRatio { get; init; }

    /// <summary>Its result beside ours: <c>right</c> where they agree.</summary>
    public string? VendorVerdict { get; init; }

    /// <summary>Measures this line again.</summary>
    public string? Command { get; init; }

    /// <summary>Microseconds a call, in order; in saved files alone.</summary>
    public IReadOnlyList<double>? Samples { get; init; }
}
