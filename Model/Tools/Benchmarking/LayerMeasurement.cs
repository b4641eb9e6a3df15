namespace NativeCnn.Tools.Benchmarking;

/// <summary>One pass of one stage within training steps.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Stage">The layers that run together: <c>conv1 + relu + pool</c>; or another part of a step.</param>
/// <param name="Pass"><c>forward</c>, <c>backward</c>, or nothing where there is one.</param>
/// <param name="Microseconds">Median over the steps.</param>
/// <param name="Gigaflops">Rate of operations, counted by the layers' formulas; 0 where they are not counted.</param>
/// <param name="GigabytesPerSecond">Rate of compulsory traffic; 0 where it is not counted.</param>
/// <param name="ShareOfLimit">
/// The least time that the device's rates of arithmetic and memory allow over the measured one; above 1 where data
/// comes from a cache instead of memory, or where an algorithm needs fewer operations than the formula.
/// </param>
public sealed record LayerMeasurement(
    string Stage, string Pass, double Microseconds, double Gigaflops, double GigabytesPerSecond, double ShareOfLimit)
{
    /// <summary>True for what the device can reach, measured before the step.</summary>
    public bool IsLimit { get; init; }
}
