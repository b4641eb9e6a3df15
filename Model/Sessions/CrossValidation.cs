// Leave-one-group-out cross-validation: a run for each group, trained on all others and validated on it.
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sessions;

/// <summary>Leaves each group out in turn.</summary>
public static class CrossValidation
{
    /// <summary>The configurations of all folds and where their runs go: <c>fold-{group}</c> in a folder.</summary>
    /// <param name="config">The choices that all folds share, <see cref="RunConfig.GroupBy"/> among them.</param>
    /// <param name="clips">The data.</param>
    /// <param name="folder">The folder that the run folders are made in.</param>
    /// <exception cref="DataSetException">The data has no such groups, or only one.</exception>
    public static IReadOnlyList<(RunConfig Config, string Folder)> Plan(
        RunConfig config, ClipSource clips, string folder)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(clips);
        string[] groups = GroupBy.Of(
            clips.DataSet, config.GroupBy ?? throw new ArgumentException("no groups are named: set GroupBy"));
        string[] left = [.. Splits.LeaveOneGroupOut(clips.DataSet, groups).Select(fold => fold.Group)];
        return
        [
            .. left.Zip(FoldFolders.NamesOf(left), (group, name) => (
                config with { ValidationGroup = group }, Path.Combine(folder, name))),
        ];
    }

    /// <summary>Trains every fold, each on a device opened for it.</summary>
    /// <param name="folds">See <see cref="Plan"/>.</param>
    /// <param name="clips">The data.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellation">Stops after the mini-batch under way.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the folds that are done stay.</exception>
    public static CrossValidationResult Run(
        IReadOnlyList<(RunConfig Config, string Folder)> folds, ClipSource clips, ICrossValidationObserver observer,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(clips);
        // Each clip is in every fold, once to validate on: it is decoded for the first of them.
        using FeatureCache? ofThisRun = clips.Cache is null ? FeatureCache.Temporary() : null;
        clips = clips with { Cache = clips.Cache ?? ofThisRun };
        List<FoldResult> results = [];
        List<FoldReport> reports = [];
        string parent = Path.GetDirectoryName(Path.GetFullPath(folds[0].Folder))!;
        if (FoldsSummary.IsIn(parent))
        {
            // Of folds that are trained anew now.
            File.Delete(Path.Combine(parent, FoldsSummary.FileName));
        }

        foreach ((RunConfig config, string folder) in folds)
        {
            observer.FoldStarted(config.ValidationGroup!, results.Count + 1, folds.Count);
            using ComputeDevice device = ComputeDevice.Open(
                config.Device, config.Workers, config.Rungs, config.Precision);
            TrainingResult result = TrainingSession.Run(
                device, config, clips, folder, resume: false, observer, cancellation);
            observer.FoldDone(result);
            IReadOnlyList<EpochMetrics> epochs = MetricsLog.Read(RunFolder.Open(folder).MetricsPath);
            results.Add(new FoldResult(
                config.ValidationGroup!, epochs[^1].ValidationAccuracy, result.Score.Accuracy, result.Score.Clips,
                folder)
            {
                BestEpoch = result.BestEpoch,
            });
            FoldsSummary summary = Summarize(config.GroupBy!, folds.Count, new CrossValidationResult(results));
            reports.Add(new FoldReport(summary.Folds[^1], epochs, result.LastConfusion));
            summary.Save(parent);
            FoldsReport.Write(parent, summary, config, reports);
        }

        return new CrossValidationResult(results);
    }

    private static FoldsSummary Summarize(string groupBy, int planned, CrossValidationResult result) => new()
    {
        GroupBy = groupBy,
        Planned = planned,
        MeanAccuracy = result.MeanAccuracy,
        StdAccuracy = result.StandardDeviation,
        Folds =
        [
            .. result.Folds.Select(fold => new FoldEntry
            {
                Folder = Path.GetFileName(Path.GetFullPath(fold.Folder)),
                Group = fold.Group,
                Accuracy = fold.Accuracy,
                BestAccuracy = fold.BestAccuracy,
                BestEpoch = fold.BestEpoch,
                Clips = fold.Clips,
            }),
        ],
    };
}
