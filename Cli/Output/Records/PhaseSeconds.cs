using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>
/// Seconds spent in each part of a training; inspection is there where steps were recorded, exchange where there are
/// shards.
/// </summary>
internal sealed record PhaseSeconds(
    double Features, double Input, double Forward, double Backward, double Optimizer, double Replay,
    double Validation, double Output, double? Inspection, double? Exchange)
{
    public static PhaseSeconds Of(TrainingTimes times) => new(
        times[TrainingPhase.Features], times[TrainingPhase.Input], times[TrainingPhase.Forward],
        times[TrainingPhase.Backward], times[TrainingPhase.Optimizer], times[TrainingPhase.Replay],
        times[TrainingPhase.Validation], times[TrainingPhase.Output],
        times[TrainingPhase.Inspection] is > 0 and var inspection ? inspection : null,
        times[TrainingPhase.Exchange] is > 0 and var exchange ? exchange : null);
}
