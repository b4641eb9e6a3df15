namespace NativeCnn.Tools.Benchmarking;

/// <summary>One measured kernel, or set of kernels that an operator launches for one call.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">Operator and direction, or <c>copy</c> and <c>multiply-add</c> for the device's limits.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Rung">The rung of its ladder; none for a host body and where there is one kernel.</param>
/// <param name="IsDefault">Whether the device would choose this rung itself.</param>
/// <param name="Microseconds">Median of several batches of calls, launches included.</param>
/// <param name="Gigaflops">Rate of operations, counted by the formula.</param>
/// <param name="GigabytesPerSecond">Rate of compulsory traffic.</param>
/// <param name="ShareOfPeak">
/// The least time that the limits allow, by the larger of the two shares, over the measured one; above 1 where data
/// comes from a cache instead of memory.
/// </param>
public sealed record KernelMeasurement(
    string Name, string Shape, int? Rung, bool IsDefault, double Microseconds, double Gigaflops,
    double GigabytesPerSecond, double ShareOfPeak);
