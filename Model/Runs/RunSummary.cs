// What a run folder holds, in a line: read from config.json and metrics.jsonl alone. Whatever a folder looks like, it
// has a summary; what is wrong with it stands there.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>A run, or the folds of a cross-validation, in a line.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Folder">The folder.</param>
/// <param name="Date">When its last epoch was done; of a run without one, when it began.</param>
/// <param name="State">How far it came.</param>
public sealed record RunSummary(string Folder, DateTime Date, RunState State)
{
    private const string FoldPrefix = "fold-";

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>What is wrong, or where it stopped; null for a run that is finished.</summary>
    public string? Why { get; init; }

    /// <summary>The data set as its configuration names it; null for built-in sounds, or where nobody knows.</summary>
    public string? Data { get; init; }

    /// <summary>The network's name; null where the configuration cannot be read.</summary>
    public string? Network { get; init; }

    /// <summary>Numbers that it learns; null where nobody knows.</summary>
    public long? Parameters { get; init; }

    /// <summary>Folds of which it is the mean; 0 for a single run.</summary>
    public int Folds { get; init; }

    /// <summary>
    /// Validation accuracy in [0, 1]: of the best epoch, or of folds the mean after the last one; null before the first
    /// epoch.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>The validation loss of the same epochs; null before the first.</summary>
    public double? Loss { get; init; }

    /// <summary>The macro F1 of the best epoch, where it was measured; null else, and for folds.</summary>
    public double? F1 { get; init; }

    /// <summary>The mean average precision of the best epoch, where clips may have several labels; null else.</summary>
    public double? MeanAveragePrecision { get; init; }

    /// <summary>The epoch whose weights were kept; null before the first, and for folds.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Epochs done; of folds those of all.</summary>
    public int Epochs { get; init; }

    /// <summary>Epochs that were asked for; null where nobody knows.</summary>
    public int? Planned { get; init; }

    /// <summary>Seconds of all epochs.</summary>
    public double Seconds { get; init; }

    /// <summary>The summary of a folder.</summary>
    /// <param name="folder">A folder.</param>
    /// <returns>Null where it is neither a run nor one of folds, nor what is left of one.</returns>
    public static RunSummary? Of(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        try
        {
            var run = RunFolder.At(folder);
            if (File.Exists(run.ConfigPath))
            {
                return OfRun(run);
            }

            RunSummary[] folds =
            [
                .. Directory.GetDirectories(folder, FoldPrefix + "*").Order(StringComparer.Ordinal)
                    .Select(RunFolder.At).Where(fold => File.Exists(fold.ConfigPath)).Select(OfRun),
            ];
            if (folds.Length > 0)
            {
                return OfFolds(folder, folds);
            }

            string[] left = [.. new[] { run.ModelPath, run.MetricsPath, run.CheckpointFile }.Where(File.Exists)];
            return left.Length == 0
                ? null
                : new RunSummary(folder, File.GetLastWriteTime(left[0]), RunState.Damaged)
                {
                    Why = $"no config.json beside {Path.GetFileName(left[0])}",
                };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new RunSummary(folder, Directory.GetLastWriteTime(folder), RunState.Damaged)
            {
                Why = error.Message,
            };
        }
    }

    /// <summary>The epoch whose weights a run keeps; null where there is none.</summary>
    /// <param name="epochs">The epochs, in their order.</param>
    /// <param name="by">What makes a validation better.</param>
    public static EpochMetrics? BestOf(IEnumerable<EpochMetrics> epochs, BestBy by)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        return epochs.Aggregate(
            (EpochMetrics?)null, (best, one) => best is null || ScoreOf(one).IsBetter(ScoreOf(best), by) ? one : best);
    }

    private static Score ScoreOf(EpochMetrics epoch) => new(epoch.ValidationLoss, epoch.ValidationAccuracy, 0)
    {
        MacroF1 = epoch.ValidationF1,
        MeanAveragePrecision = epoch.ValidationMap,
    };

    private static RunSummary OfRun(RunFolder run)
    {
        bool hasMetrics = File.Exists(run.MetricsPath);
        var summary = new RunSummary(
            run.Root, File.GetLastWriteTime(hasMetrics ? run.MetricsPath : run.ConfigPath), RunState.Damaged);
        try
        {
            RunConfig config = RunConfig.Load(run.ConfigPath);
            summary = summary with
            {
                Data = config.Data,
                Network = config.Model.Name,
                Parameters = ParametersOf(config),
                Planned = config.Training.Epochs,
            };
            IReadOnlyList<EpochMetrics> epochs = hasMetrics ? MetricsLog.Read(run.MetricsPath) : [];
            EpochMetrics? best = BestOf(epochs, config.Training.Best);
            summary = summary with
            {
                Epochs = epochs.Count,
                Accuracy = best?.ValidationAccuracy,
                Loss = best?.ValidationLoss,
                F1 = best?.ValidationF1,
                MeanAveragePrecision = best?.ValidationMap,
                BestEpoch = best?.Epoch,
                Seconds = epochs.Sum(one => one.Seconds ?? 0),
            };
            (RunState state, string? why) = StateOf(run, config.Training, epochs, best);
            return summary with { State = state, Why = why };
        }
        catch (Exception error) when (error is RunException or IOException or UnauthorizedAccessException)
        {
            return summary with { Why = error.Message };
        }
    }

    private static (RunState State, string? Why) StateOf(
        RunFolder run, TrainingOptions training, IReadOnlyList<EpochMetrics> epochs, EpochMetrics? best)
    {
        int last = epochs.Count == 0 ? 0 : epochs[^1].Epoch;
        if (RunLock.IsTaken(run.Root))
        {
            return (RunState.Running, $"after epoch {last} of {training.Epochs}");
        }

        if (File.Exists(run.DivergedPath))
        {
            return (RunState.Diverged, $"in epoch {last + 1} of {training.Epochs}");
        }

        if (best is null)
        {
            return (RunState.Interrupted, "before its first epoch was done");
        }

        if (!File.Exists(run.ModelPath))
        {
            return (RunState.Damaged, "no model.safetensors in it");
        }

        return last >= training.Epochs || (training.Patience > 0 && last - best.Epoch >= training.Patience)
            ? (RunState.Finished, null)
            : (RunState.Interrupted, $"after epoch {last} of {training.Epochs}");
    }

    /// <summary>The mean of folds after their last epoch, as a cross-validation reports it.</summary>
    private static RunSummary OfFolds(string folder, RunSummary[] folds)
    {
        double[][] last =
        [
            .. folds.Where(fold => fold.Epochs > 0)
                .Select(fold => MetricsLog.Read(RunFolder.At(fold.Folder).MetricsPath)[^1])
                .Select(one => new[] { one.ValidationAccuracy, one.ValidationLoss }),
        ];
        RunSummary worst = folds.MaxBy(fold => fold.State)!;
        RunSummary any = folds.FirstOrDefault(fold => fold.Network is not null) ?? folds[0];
        return new RunSummary(folder, folds.Max(fold => fold.Date), worst.State)
        {
            Why = worst.Why is { } why ? $"{worst.Name}: {why}" : null,
            Data = any.Data,
            Network = any.Network,
            Parameters = any.Parameters,
            Folds = folds.Length,
            Accuracy = last.Length == 0 ? null : last.Average(one => one[0]),
            Loss = last.Length == 0 ? null : last.Average(one => one[1]),
            Epochs = folds.Sum(fold => fold.Epochs),
            Planned = folds.Any(fold => fold.Planned is null) ? null : folds.Sum(fold => fold.Planned),
            Seconds = folds.Sum(fold => fold.Seconds),
        };
    }

    // A network that does not fit its features is a fault to be told by who uses the run.
    private static long? ParametersOf(RunConfig config)
    {
        try
        {
            return new NetworkGraph(
                config.Model, new Shape(config.Format.Channels, config.Format.Frames), config.Labels.Count)
                .Nodes.Sum(node => node.ParameterCount);
        }
        catch (Exception error) when (error is NetworkSpecException or ArgumentException)
        {
            return null;
        }
    }
}
