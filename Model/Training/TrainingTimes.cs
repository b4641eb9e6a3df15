using System.Diagnostics;
using NativeCnn.Model.Clusters;

namespace NativeCnn.Model.Training;

/// <summary>
/// Where the time of training goes. On a device that works on its own (CUDA, OpenCL) a phase counts what it took to
/// give the work out; the rest shows in the phase that waits.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TrainingTimes
{
    private readonly long[] ticks = new long[Enum.GetValues<TrainingPhase>().Length];
    private long since = Stopwatch.GetTimestamp();

    /// <summary>Seconds of one phase.</summary>
    public double this[TrainingPhase phase] => (double)ticks[(int)phase] / Stopwatch.Frequency;

    /// <summary>Seconds of all phases.</summary>
    public double Total => (double)ticks.Sum() / Stopwatch.Frequency;

    /// <summary>Clips that were trained on, each epoch counted.</summary>
    public long Samples { get; internal set; }

    /// <summary>Floating-point operations of all forward and backward passes of training.</summary>
    public long Operations { get; internal set; }

    /// <summary>Clips trained on in a second of training steps: input, forward, backward, exchange, optimiser.</summary>
    public double SamplesPerSecond => Samples / Math.Max(StepSeconds, 1e-9);

    /// <summary>Arithmetic of training steps in GFLOP/s.</summary>
    public double GigaflopsPerSecond => Operations / Math.Max(StepSeconds, 1e-9) / 1e9;

    /// <summary>Kernels that a step over a whole mini-batch launches; 0 where host bodies run.</summary>
    public long LaunchesPerStep { get; internal set; }

    /// <summary>Steps that were replayed as one CUDA graph.</summary>
    public long ReplayedSteps { get; internal set; }

    private double StepSeconds =>
        this[TrainingPhase.Input] + this[TrainingPhase.Forward] + this[TrainingPhase.Backward] +
        this[TrainingPhase.Exchange] + this[TrainingPhase.Optimizer] + this[TrainingPhase.Replay];

    /// <summary>Takes over the phases that another clock booked.</summary>
    internal void Add(TrainingTimes other)
    {
        for (int phase = 0; phase < ticks.Length; phase++)
        {
            ticks[phase] += other.ticks[phase];
        }
    }

    /// <summary>Counts what all processes did, in the time of this one: they work at the same time.</summary>
    internal void SumOver(ICollective processes)
    {
        long[] all = processes.Gather<long>([Samples, Operations]);
        Samples = all.Where((_, i) => i % 2 == 0).Sum();
        Operations = all.Where((_, i) => i % 2 == 1).Sum();
    }

    /// <summary>Begins to count.</summary>
    internal void Start() => since = Stopwatch.GetTimestamp();

    /// <summary>Books the time since the last call to a phase.</summary>
    internal void Book(TrainingPhase phase)
    {
        long now = Stopwatch.GetTimestamp();
        ticks[(int)phase] += now - since;
        since = now;
    }
}
