// `nativecnn bench kernels`: every rung of the hot operators against the device's own limits, measured in the same run.
// A case's tensors are released before the next case's are taken; each rung's result is verified before it is timed.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Benchmarking.Vendors;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Measures kernels on one device.</summary>
public static class KernelBenchmark
{
    private const double LargeCase = 1 << 24;

    /// <summary>The device's limits first, then every case and rung.</summary>
    /// <param name="device">The device. Of a ladder that it was opened with a rung of, only that is measured.</param>
    /// <param name="filter">Measure only what has this in its name and shape; null for all.</param>
    /// <param name="seconds">How long to measure each.</param>
    /// <param name="cancellation">Ends it between two kernels.</param>
    /// <exception cref="KernelChoiceException">Nothing has the filter in its name.</exception>
    public static IEnumerable<KernelMeasurement> Run(
        ComputeDevice device, string? filter, double seconds, CancellationToken cancellation = default) =>
        Run(device, new KernelBenchOptions { Filter = filter, Seconds = seconds }, cancellation);

    /// <summary>The device's limits first, then every case and rung.</summary>
    /// <param name="device">The device. Of a ladder that it was opened with a rung of, only that is measured.</param>
    /// <param name="options">What, and how.</param>
    /// <param name="cancellation">Ends it between two kernels.</param>
    /// <exception cref="KernelChoiceException">Nothing has the filter in its name or takes the shape.</exception>
    public static IEnumerable<KernelMeasurement> Run(
        ComputeDevice device, KernelBenchOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        return Run(device, KernelChoice.Of(OperatorCases.For(device.Info), options), options, cancellation);
    }

    /// <summary>The same of any cases.</summary>
    internal static IEnumerable<KernelMeasurement> Run(
        ComputeDevice device, IReadOnlyList<KernelCase> cases, KernelBenchOptions options,
        CancellationToken cancellation = default)
    {
        string wanted = device.Rungs.Overrides ?? "";
        DeviceLimits limits = DeviceLimits.Measure(device);
        foreach (KernelMeasurement limit in limits.AsKernels())
        {
            yield return limit;
        }

        using var run = new KernelRun(device, limits, options);
        IReadOnlyList<KernelLadder> ladders = KernelLadder.OfProcess();
        foreach (KernelCase one in cases)
        {
            KernelLadder? ladder = device.IsHost ? null : ladders.FirstOrDefault(some => some.Name == one.Ladder);
            CaseExpectation expected = run.Expect(one);
            foreach (int? rung in RungsOf(ladder, device))
            {
                cancellation.ThrowIfCancellationRequested();
                if (run.Measure(one, expected, ladder?.Name, rung) is { } measured)
                {
                    yield return measured;
                }
            }

            device.Rungs.Reset();
            device.Rungs.Override(wanted);
            if (one.Bytes > LargeCase)
            {
                GC.Collect(); // What was compared is as large as the tensors.
            }
        }
    }

    private static IReadOnlyList<int?> RungsOf(KernelLadder? ladder, ComputeDevice device) =>
        ladder is null ? [null]
        : device.Rungs.OverrideOf(ladder.Name) is { } only ? [only]
        : [.. ladder.Rungs.Select(rung => (int?)rung)];
}
