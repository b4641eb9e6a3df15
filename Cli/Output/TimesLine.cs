using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>How fast the training was and where its time went, in a line.</summary>
internal static class TimesLine
{
    public static string Of(TrainingTimes times)
    {
        IEnumerable<string> shares = Enum.GetValues<TrainingPhase>()
            .Where(phase => times[phase] > 0 ||
                phase is not (TrainingPhase.Replay or TrainingPhase.Inspection or TrainingPhase.Exchange))
            .Select(phase =>
            $"{NameOf(phase)} {Show.Format(100 * times[phase] / Math.Max(times.Total, 1e-9), "0")} %");
        return $"{Show.Count(times.SamplesPerSecond)} samples/s, {Show.Rate(times.GigaflopsPerSecond)} GFLOP/s; of " +
            $"{Show.Seconds(times.Total)} s: {string.Join(", ", shares)}{Launches(times)}";
    }

    private static string Launches(TrainingTimes times) =>
        Show.Launches(times.LaunchesPerStep, times.ReplayedSteps > 0) is { Length: > 0 } text ? $"; {text}" : "";

    private static string NameOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Optimizer => "optimiser",
        _ => phase.ToString().ToLowerInvariant(),
    };
}
