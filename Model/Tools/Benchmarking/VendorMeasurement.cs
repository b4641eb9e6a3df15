namespace NativeCnn.Tools.Benchmarking;

/// <summary>A vendor's library at the work of a kernel, in turns with it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Library">Its name.</param>
/// <param name="Samples">Microseconds a call.</param>
/// <param name="Verdict">Its result beside ours.</param>
public sealed record VendorMeasurement(string Library, IReadOnlyList<double> Samples, KernelVerdict Verdict)
{
    /// <summary>Median of the samples.</summary>
    public double Microseconds => SampleSummary.Of(Samples).Median;
}
