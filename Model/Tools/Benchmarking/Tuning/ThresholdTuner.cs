// `nativecnn bench tune`: from which shapes on is a higher rung the faster one on this device? Both rungs are timed in
// turns at a few values of each threshold.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Tools.Benchmarking.Tuning;

/// <summary>Measures the thresholds of one device.</summary>
public static class ThresholdTuner
{
    private const string MatMul = "matmul";
    private const string Conv = "conv1d";
    private const string ConvForward = "conv1d.forward";
    private const string ConvWeight = "conv1d.backward-weight";

    /// <summary>Measures all, or those with a text in their name.</summary>
    /// <param name="device">A device that runs kernels.</param>
    /// <param name="filter">A part of a threshold's name; null for all.</param>
    /// <param name="seconds">How long each rung is timed at each value.</param>
    /// <param name="cancellation">Ends it between two values.</param>
    /// <exception cref="KernelChoiceException">The device runs host bodies, or no threshold has the filter.</exception>
    public static IEnumerable<TunedThreshold> Run(
        ComputeDevice device, string? filter, double seconds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.IsHost)
        {
            throw new KernelChoiceException(
                $"the device {device.Info.Selector} runs host bodies, which have no thresholds: give --device cuda, " +
                "opencl, ptx or simulator");
        }

        ThresholdQuestion[] asked = [.. Questions(device.Info.IsSimulated).Where(one =>
            filter is null || one.Threshold.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        if (asked.Length == 0)
        {
            throw new KernelChoiceException(
                $"no threshold has '{filter}' in its name; there are " +
                string.Join(", ", PlanThresholds.All.Select(one => one.Name)));
        }

        return asked.Select(one => Measure(device, one, seconds, cancellation));
    }

    /// <summary>
    /// The least candidate from which on, up to the last, the higher rung is no slower; twice the last where it is
    /// slower there.
    /// </summary>
    internal static int CrossoverOf(IReadOnlyList<(int Candidate, double Ratio)> ratios)
    {
        int least = 2 * ratios[^1].Candidate;
        for (int i = ratios.Count - 1; i >= 0 && ratios[i].Ratio >= 1; i--)
        {
            least = ratios[i].Candidate;
        }

        return least;
    }

    private static TunedThreshold Measure(
        ComputeDevice device, ThresholdQuestion question, double seconds, CancellationToken cancellation)
    {
        string wanted = device.Rungs.Overrides ?? "";
        List<(int Candidate, double Ratio)> ratios = [];
        foreach (int candidate in question.Candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            using MemoryScope scope = device.OpenScope();
            KernelCase one = question.CaseOf(candidate);
            TimedWork low = Planned(device, one, question.Ladder, question.Low);
            TimedWork high = Planned(device, one, question.Ladder, question.High);
            double[][] samples = TimedWork.InTurns([low, high], seconds);
            ratios.Add((candidate, SampleSummary.Of(samples[0]).Median / SampleSummary.Of(samples[1]).Median));
        }

        device.Rungs.Reset();
        device.Rungs.Override(wanted);
        PlanThreshold threshold = PlanThresholds.All.Single(one => one.Name == question.Threshold);
        return new TunedThreshold(
            question.Threshold, threshold.Get(device.Thresholds), CrossoverOf(ratios), ratios);
    }

    private static TimedWork Planned(ComputeDevice device, KernelCase one, string ladder, int rung)
    {
        device.Rungs.Reset();
        device.Rungs.Override(ladder, rung);
        Action call = one.Prepare(device)();
        call();
        device.Synchronize();
        return new TimedWork(call, 1, device.Synchronize);
    }

    private static ThresholdQuestion[] Questions(bool isSimulated)
    {
        // A GPU must be filled for its rungs to differ; what is simulated must end.
        int much = isSimulated ? 32 : 512;
        int batch = isSimulated ? 1 : 64;
        return
        [
            new("matmul.terms", MatMul, 1, 2, [4, 8, 16, 32, 64], n => OperatorCases.MatMulOf(much, much, n)),
            new("matmul.4x4", MatMul, 2, 3, [8, 16, 32, 64, 128], n => OperatorCases.MatMulOf(n, n, 2 * much)),
            new("matmul.8x8", MatMul, 3, 4, [32, 64, 128, 256, 512], n => OperatorCases.MatMulOf(n, 16 * much, much)),
            new("matmul.8x8-groups", MatMul, 3, 4, isSimulated ? [1, 2] : [16, 32, 64, 96, 128, 192, 264],
                n => OperatorCases.MatMulOf(128, 128 * n, much / 2)),
            new("matmul.copies", MatMul, 4, 6, [128, 256, 512, 1024], n => OperatorCases.MatMulOf(n, n, much)),
            new("conv1d.terms", Conv, 1, 2, [2, 4, 8, 16, 32],
                n => OperatorCases.ConvOf(ConvForward, new Conv1dShape(batch, n, much, 32, 1))),
            new("conv1d.tiled", Conv, 1, 2, [1, 2, 4, 8, 16],
                n => OperatorCases.ConvOf(ConvForward, new Conv1dShape(batch, 32, much, n, 3))),
            new("conv1d.registers", Conv, 2, 3, [4, 8, 16, 32, 64],
                n => OperatorCases.ConvOf(ConvForward, new Conv1dShape(batch, 32, much, n, 3))),
            new("conv1d.8x8", Conv, 3, 4, [8, 16, 32, 64, 128],
                n => OperatorCases.ConvOf(ConvForward, new Conv1dShape(2 * batch, 32, much, n, 3))),
            new("conv1d.8x8-groups", Conv, 3, 4, isSimulated ? [1, 2] : [33, 66, 132, 198, 264, 396],
                n => OperatorCases.ConvOf(ConvForward, new Conv1dShape(n, 32, 130, 64, 3))),
            new("conv1d.weight-tiled", ConvWeight, 1, 2, [1, 2, 4, 8, 16],
                n => OperatorCases.ConvOf(ConvWeight, new Conv1dShape(batch, n, much, n, 1))),
            new("conv1d.weight-registers", ConvWeight, 2, 3, [4, 8, 16, 32, 64],
                n => OperatorCases.ConvOf(ConvWeight, new Conv1dShape(batch, n, much, n, 1))),
        ];
    }
}
