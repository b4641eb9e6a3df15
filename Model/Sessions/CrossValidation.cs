// Leave-one-group-out cross-validation: a run for each group, trained on all others and validated on it.
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Reports;
using NativeCnn.Model.Runs;

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
        List<FoldOutcome> outcomes = [];
        string parent = Path.GetDirectoryName(Path.GetFullPath(folds[0].Folder))!;
        if (FoldsSummary.IsIn(parent))
        {
            // Of folds that are trained anew now.
            File.Delete(Path.Combine(parent, FoldsSummary.FileName));
        }

        foreach ((RunConfig config, string folder) in folds)
        {
            observer.FoldStarted(config.ValidationGroup!, outcomes.Count + 1, folds.Count);
            outcomes.Add(RunFold(config, clips, folder, resume: false, observer, cancellation));
            Write(parent, config, folds.Count, outcomes);
        }

        return ResultOf(outcomes, Path.GetDirectoryName(folds[0].Folder) ?? "");
    }

    /// <summary>Trains one fold, on a device opened for it.</summary>
    /// <param name="config">The fold's configuration, see <see cref="Plan"/>.</param>
    /// <param name="clips">The data.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="resume">True goes on from the folder's checkpoint.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellation">Stops after the mini-batch under way.</param>
    public static FoldOutcome RunFold(
        RunConfig config, ClipSource clips, string folder, bool resume, ICrossValidationObserver observer,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(observer);
        using ComputeDevice device = ComputeDevice.Open(config.Device, config.Workers, config.Rungs, config.Precision);
        TrainingResult result = TrainingSession.Run(device, config, clips, folder, resume, observer, cancellation);
        observer.FoldDone(result);
        return new FoldOutcome
        {
            Fold = new FoldEntry
            {
                Folder = Path.GetFileName(Path.GetFullPath(folder)),
                Group = config.ValidationGroup!,
                Accuracy = MetricsLog.Read(RunFolder.Open(folder).MetricsPath)[^1].ValidationAccuracy,
                BestAccuracy = result.Score.Accuracy,
                BestEpoch = result.BestEpoch,
                Clips = result.Score.Clips,
            },
            Confusion = FoldOutcome.CountsOf(result.LastConfusion),
        };
    }

    /// <summary>Writes folds.json and report.html of the folds that are done.</summary>
    /// <param name="parent">The folder that holds their run folders.</param>
    /// <param name="config">The configuration of any of them.</param>
    /// <param name="planned">How many folds there are to be.</param>
    /// <param name="outcomes">Those that are done, one at least.</param>
    public static void Write(string parent, RunConfig config, int planned, IReadOnlyList<FoldOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(outcomes);
        CrossValidationResult result = ResultOf(outcomes, parent);
        var summary = new FoldsSummary
        {
            GroupBy = config.GroupBy!,
            Planned = planned,
            MeanAccuracy = result.MeanAccuracy,
            StdAccuracy = result.StandardDeviation,
            Folds = [.. outcomes.Select(one => one.Fold)],
        };
        summary.Save(parent);
        FoldsReport.Write(
            parent, summary, config,
            [
                .. outcomes.Select(one => new FoldReport(
                    one.Fold, MetricsLog.Read(RunFolder.At(Path.Combine(parent, one.Fold.Folder)).MetricsPath),
                    one.ToConfusion())),
            ]);
    }

    /// <summary>What folds came to together.</summary>
    /// <param name="outcomes">The folds that are done, one at least.</param>
    /// <param name="parent">The folder that holds their run folders.</param>
    public static CrossValidationResult ResultOf(IReadOnlyList<FoldOutcome> outcomes, string parent)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return new CrossValidationResult(
        [
            .. outcomes.Select(one => new FoldResult(
                one.Fold.Group, one.Fold.Accuracy, one.Fold.BestAccuracy, one.Fold.Clips,
                Path.Combine(parent, one.Fold.Folder))
            {
                BestEpoch = one.Fold.BestEpoch,
            }),
        ]);
    }
}
