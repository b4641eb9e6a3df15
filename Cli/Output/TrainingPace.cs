using System.Diagnostics;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>How fast a training is, and how long it takes yet.</summary>
/// <param name="now">Seconds of a clock; null for the machine's.</param>
internal sealed class TrainingPace(Func<double>? now = null)
{
    private readonly Func<double> clock = now ?? (() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency);

    private TrainingOutline? outline;
    private double began;
    private double stepSeconds;
    private double afterSteps;
    private double? lastEpoch;
    private int epoch;
    private int step;
    private int steps;

    /// <summary>Clips trained on in a second of this epoch; 0 where none is done yet.</summary>
    public double ClipsPerSecond => step == 0 || stepSeconds <= 0 || outline is null ? 0
        : (double)outline.TrainingClips * step / steps / stepSeconds;

    /// <summary>Seconds that the epoch takes yet, its validation included; null before the first step.</summary>
    public double? EpochLeft => step == 0 ? null : (stepSeconds / step * (steps - step)) + afterSteps;

    /// <summary>Seconds to the last epoch, should no other thing end the training before; null before the first step.
    /// </summary>
    public double? AllLeft => outline is null || EpochLeft is not { } left ? null
        : left + ((outline.Epochs - epoch) * (lastEpoch ?? ((stepSeconds / step * steps) + afterSteps)));

    /// <summary>The training begins.</summary>
    public void Started(TrainingOutline begun)
    {
        outline = begun;
        lastEpoch = null;
        afterSteps = 0;
        step = 0;
        began = clock();
    }

    /// <summary>A mini-batch is done.</summary>
    public void StepDone(int ofEpoch, int done, int all)
    {
        (epoch, step, steps) = (ofEpoch, done, all);
        stepSeconds = clock() - began;
    }

    /// <summary>An epoch is done; the next one begins.</summary>
    public void EpochDone(EpochMetrics metrics)
    {
        double end = clock();
        lastEpoch = end - began;
        afterSteps = Math.Max(0, end - began - stepSeconds);
        epoch = metrics.Epoch;
        step = 0;
        began = end;
    }
}
