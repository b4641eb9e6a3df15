namespace NativeCnn.Tools.Benchmarking;

/// <summary>One measured kernel, or set of kernels that an operator launches for one call.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Operator and direction, or <c>copy</c> and <c>multiply-add</c> for the device's limits.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Rung">The rung of its ladder; none for a host body and where there is one kernel.</param>
/// <param name="IsDefault">Whether the device would choose this rung itself.</param>
/// <param name="Microseconds">Median of the samples, launches included.</param>
/// <param name="Gigaflops">Rate of operations, counted by the formula.</param>
/// <param name="GigabytesPerSecond">Rate of compulsory traffic.</param>
/// <param name="ShareOfPeak">
/// The least time that the limits allow, by the larger of the two shares, over the measured one; above 1 where data
/// comes from a cache instead of memory.
/// </param>
public sealed record KernelMeasurement(
    string Name, string Shape, int? Rung, bool IsDefault, double Microseconds, double Gigaflops,
    double GigabytesPerSecond, double ShareOfPeak)
{
    /// <summary>The ladder that <see cref="Rung"/> belongs to.</summary>
    public string? Ladder { get; init; }

    /// <summary>Operations a byte of compulsory traffic: where it stands in the roofline.</summary>
    public double Intensity { get; init; }

    /// <summary>The samples in microseconds a call, in the order in which they were taken; none for a limit.</summary>
    public IReadOnlyList<double> Samples { get; init; } = [];

    /// <summary>Their percentiles and noise.</summary>
    public SampleSummary Summary => SampleSummary.Of(Samples);

    /// <summary>Whether each call found its data in memory instead of a cache.</summary>
    public bool IsCold { get; init; }

    /// <summary>Sets of tensors that the calls went through in turn: 1 where warm.</summary>
    public int Buffers { get; init; } = 1;

    /// <summary>What a comparison of the result said; null for a limit.</summary>
    public KernelVerdict? Verdict { get; init; }

    /// <summary>The device's clock before and after, in MHz; null where nobody says.</summary>
    public ClockReading? Clock { get; init; }

    /// <summary>The same work by a vendor's library; null where none was asked or does it.</summary>
    public VendorMeasurement? Vendor { get; init; }
}
