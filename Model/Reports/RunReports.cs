// report.html of a training: there from its first epoch on, written anew after each, and when it ends, however it does.
// After an epoch it holds what is at hand; sounds and pictures are read at the end, or when it is interrupted.
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Writes the page of a run as it goes on.</summary>
internal sealed class RunReports(
    RunFolder run, RunConfig config, ClipSource clips, Split split, SplitRecord record, FeatureSet train,
    FeatureSet validation, Trainer trainer, Network network, IReadOnlyList<EpochMetrics> before)
{
    // An interrupted command ends soon: in less than the program waits for it.
    private static readonly TimeSpan PatienceOfInterrupt = TimeSpan.FromSeconds(0.6);

    private readonly List<EpochMetrics> epochs = [.. before];
    private RunReport? basis;
    private (Validated Validated, int Epoch)? best;

    /// <summary>What is odd about the data and its split.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    private RunReport Basis => basis ??= new RunReport
    {
        Title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Root))),
        Labels = config.Labels,
        TrainedOn = CountByLabel(train.Clips),
        Duplicates = record.Duplicates,
        Data = DataFacts(),
        Notes = Notes,
        Network = NetworkSummary.Of(network, Math.Min(config.Training.BatchSize, train.Count)),
        Settings = ReportFacts.SettingsOf(config),
        Machine = ReportFacts.MachineOf(network.Device),
        Command = config.Command,
    };

    private string Epochs => $"epoch {trainer.Epoch} of {config.Training.Epochs}";

    /// <summary>An epoch is done.</summary>
    public void EpochDone(EpochMetrics metrics)
    {
        epochs.Add(metrics);
        if (trainer.BestEpoch == metrics.Epoch)
        {
            best = (trainer.Best!, metrics.Epoch);
        }

        // It is made again within an epoch: a disk that is slow to flush need not hold the training up.
        ReportWriter.Write(
            run.ReportPath,
            Known($"In training: {Epochs} is done. The page is written anew after each epoch."), durable: false);
    }

    /// <summary>The training was interrupted.</summary>
    public void Interrupted() => End(
        $"Interrupted after {Epochs}; `nativecnn train --resume {run.Root}` goes on.", PatienceOfInterrupt);

    /// <summary>The training diverged.</summary>
    public void Diverged() => End(
        $"Diverged after {Epochs}: a loss or a weight is not finite. The weights of epoch {trainer.BestEpoch} are " +
        "kept.",
        patience: null);

    /// <summary>The training is over, and its best weights were measured.</summary>
    public void Finished(Measured measured)
    {
        RunReport report = Measured(measured.Predictions, measured.Report, trainer.BestEpoch) with
        {
            Status = $"Finished after {Epochs}; the weights of epoch {trainer.BestEpoch} are kept.",
        };
        ReportWriter.Write(run.ReportPath, WithSounds(report, patience: null));
    }

    // Where no epoch was done since the training began or was resumed, what is there stays.
    private void End(string status, TimeSpan? patience)
    {
        if (trainer.Last is not null && epochs.Count > 0)
        {
            ReportWriter.Write(run.ReportPath, WithSounds(Known(status), patience));
        }
    }

    /// <summary>What is known after an epoch: of the best one, unless that was before a resume.</summary>
    private RunReport Known(string status)
    {
        (Validated validated, int epoch) = best ?? (trainer.Last!, epochs[^1].Epoch);
        ClipPredictions predictions = validated.Predictions;
        ClassificationReport report = predictions.ToConfusion() is { } confusion
            ? ClassificationReport.From(
                confusion, config.Labels, epochs.Find(one => one.Epoch == epoch)!.ValidationLoss)
            : validated.Report! with
            {
                Classes = [.. validated.Report.Classes.Select((one, i) => one with { Label = config.Labels[i] })],
            };
        return Measured(predictions, report, epoch) with
        {
            Status = status,
        };
    }

    private RunReport Measured(ClipPredictions predictions, ClassificationReport report, int epoch) => Basis with
    {
        Epochs = epochs,
        BestEpoch = trainer.BestEpoch,
        MeasuredOn = Html.Counted(validation.Count, "validation clip", "validation clips") +
            $", by the weights of epoch {epoch}",
        Confusion = predictions.ToConfusion(),
        Evaluation = report,
        Clips = ReportClips.Of(predictions, validation.Clips, config.Labels),
        Times = trainer.Times,
    };

    private RunReport WithSounds(RunReport report, TimeSpan? patience) => report with
    {
        Clips = ReportSounds.AddTo(
            report.Clips!, clips.Reader, config.Format, ReportWriter.RoomFor(report), patience),
    };

    private int[] CountByLabel(IReadOnlyList<ClipEntry> entries)
    {
        int[] counts = new int[config.Labels.Count];
        foreach (int label in entries.SelectMany(clips.DataSet.LabelsOf))
        {
            counts[label]++;
        }

        return counts;
    }

    private IReadOnlyList<ReportFact> DataFacts() =>
    [
        .. ReportFacts.DataOf(clips.DataSet),
        new("training clips", Html.Count(train.Count)),
        new("validation clips", Html.Count(validation.Count)),
        new("test clips, kept out", Html.Count(split.Test.Length)),
        new("clips that could not be read", Html.Count(train.Skipped.Count + validation.Skipped.Count)),
        new("split", config.ValidationGroup is { } group
            ? $"the group '{group}' ({config.GroupBy}) validates, all others train"
            : config.GroupBy is { } by ? $"groups ({by}) stay on one side" : "each clip by itself"),
        new("features", ReportFacts.FeaturesOf(config.Format)),
    ];
}
