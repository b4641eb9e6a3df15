// `nativecnn bench kernels`: every rung of the hot operators against the device's own limits, measured in the same run.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Measures kernels on one device.</summary>
public static class KernelBenchmark
{
    private const int Batches = 7;
    private const int MaxRepeats = 10_000;

    /// <summary>The device's limits first, then every case and rung.</summary>
    /// <param name="device">The device. Of a ladder that it was opened with a rung of, only that is measured.</param>
    /// <param name="filter">Measure only what has this in its name; null for all.</param>
    /// <param name="seconds">How long to measure each.</param>
    /// <param name="cancellation">Ends it between two kernels.</param>
    public static IEnumerable<KernelMeasurement> Run(
        ComputeDevice device, string? filter, double seconds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        string? wanted = device.Rungs.Overrides;
        DeviceLimits limits = DeviceLimits.Measure(device);
        foreach (KernelMeasurement limit in limits.AsKernels())
        {
            yield return limit;
        }

        IReadOnlyList<KernelLadder> ladders = KernelLadder.OfProcess();
        foreach (KernelCase one in OperatorCases.For(device.Info).Where(one =>
            filter is null || one.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            Func<Action> plan = one.Prepare(device);
            KernelLadder? ladder = device.IsHost ? null : ladders.FirstOrDefault(some => some.Name == one.Ladder);
            foreach (int? rung in RungsOf(ladder, device))
            {
                cancellation.ThrowIfCancellationRequested();
                if (Planned(device, plan, ladder?.Name, one.Choice, rung) is not (var call, var isDefault))
                {
                    continue;
                }

                double taken = Microseconds(device, call, seconds);
                yield return new(
                    one.Name, one.Shape, rung, isDefault, taken, one.Operations / taken / 1e3,
                    one.Bytes / taken / 1e3, limits.LeastMicroseconds(one.Operations, one.Bytes) / taken);
            }

            device.Rungs.Reset();
            device.Rungs.Override(wanted ?? "");
        }
    }

    private static IReadOnlyList<int?> RungsOf(KernelLadder? ladder, ComputeDevice device) =>
        ladder is null ? [null]
        : device.Rungs.OverrideOf(ladder.Name) is { } only ? [only]
        : [.. ladder.Rungs.Select(rung => (int?)rung)];

    /// <summary>The call with one rung, and whether it is the device's choice; null where the shape lacks it.</summary>
    private static (Action Call, bool IsDefault)? Planned(
        ComputeDevice device, Func<Action> plan, string? ladder, string choice, int? rung)
    {
        if (ladder is null || rung is null)
        {
            return (plan(), true);
        }

        device.Rungs.Reset();
        device.Rungs.Override(ladder, rung.Value);
        Action call = plan();
        RungChoice? made = device.Rungs.Made.FirstOrDefault(one =>
            one.Ladder == ladder && one.Rung == rung && one.Shape.StartsWith(choice, StringComparison.Ordinal));
        return made is null ? null : (call, made.Default == rung);
    }

    /// <summary>Median time of a call over several batches, each waited for once.</summary>
    private static double Microseconds(ComputeDevice device, Action call, double seconds)
    {
        call();
        device.Synchronize(); // Compiled, and its memory touched.
        long start = Stopwatch.GetTimestamp();
        call();
        device.Synchronize();
        double once = Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7);
        int batches = Math.Min((int)(seconds / once), Batches);
        if (batches < 3)
        {
            return once * 1e6; // A call that takes as long as all of them shall is a batch itself.
        }

        int repeats = (int)Math.Clamp(seconds / batches / once, 1, MaxRepeats);
        double[] times = new double[batches];
        for (int batch = 0; batch < batches; batch++)
        {
            start = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++)
            {
                call();
            }

            device.Synchronize();
            times[batch] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
        }

        Array.Sort(times);
        return times[batches / 2];
    }
}
