// How well a trained run does on other labelled sounds: what `nativecnn evaluate` does.
using System.Numerics.Tensors;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Keywords;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model;

/// <summary>Measures a trained run.</summary>
public static class Evaluation
{
    /// <summary>Runs a trained network over a data set.</summary>
    /// <param name="device">Where.</param>
    /// <param name="runFolder">
    /// What <c>nativecnn train</c> left; or several between commas, or a folder of folds: their probabilities are
    /// averaged.
    /// </param>
    /// <param name="data">A folder or CSV file whose classes are among the run's.</param>
    /// <param name="part">Only the clips of this part, which the data set itself must name; null for all.</param>
    /// <param name="progress">Told how many clips are done, and of how many.</param>
    /// <param name="cache">Where features are kept for another run; null for nowhere.</param>
    /// <param name="options">How the data set is read; null for what it says itself.</param>
    /// <param name="silence">
    /// Clips of silence to add, as a share of the words' clips, for a run that has this class; 0 for none.
    /// </param>
    /// <param name="output">Where a report and the predictions are left; null for nowhere.</param>
    /// <param name="cancellation">Stops between two mini-batches.</param>
    /// <exception cref="RunException">
    /// The folder is no run, or is damaged; or the one of <paramref name="output"/> cannot be made.
    /// </exception>
    /// <exception cref="DataSetException">The data cannot be used.</exception>
    public static EvaluationResult Run(
        ComputeDevice device, string runFolder, string data, SplitPart? part = null,
        Action<int, int>? progress = null, FeatureCache? cache = null, DataSetOptions? options = null,
        double silence = 0, EvaluationOutput? output = null, CancellationToken cancellation = default)
    {
        output?.MakeFolder();
        IReadOnlyList<string> runs = RunSet.Of(runFolder);
        if (runs.Count > 1)
        {
            RunSet.ExpectTogether(
                runFolder, [.. runs.Select(run => RunConfig.Load(RunFolder.Open(run).ConfigPath))]);
        }

        MeasuredRun first = Measure(runs[0], runs.Count > 1 || output is not null);
        Measured measured = runs.Count == 1 ? first.Measured : Together(
            [first, .. runs.Skip(1).Select(run => Measure(run, keepProbabilities: true))]);
        (TrainedModel model, ClipSource clips, FeatureSet set, _) = first;
        var result = new EvaluationResult(measured.Report, set.Skipped)
        {
            Clips = [.. set.Clips.Select((clip, i) => new EvaluatedClip(clip, measured.Predictions.IsRight(i)))],
            Confusion = measured.Confusion,
            Notes =
            [
                .. clips.DataSet.Notes,
                .. runs.SelectMany(run => NotesOn(run, runs.Count > 1, set.Clips, clips.Reader, cancellation)),
                .. ClipRemark.Lines(set.Remarks),
                .. UnheardSound.Lines(set.Seconds.ToArray(), model.Config.Format),
            ],
        };
        output?.Write(result, measured.Predictions, runFolder, model, clips, set, part, cancellation);
        return result;

        MeasuredRun Measure(string run, bool keepProbabilities)
        {
            TrainedModel model = TrainedModel.Load(device, run);
            if (silence > 0 && !model.Config.Labels.Contains(KeywordOptions.SilenceLabel))
            {
                throw new DataSetException(
                    $"the run '{run}' has no class {KeywordOptions.SilenceLabel}: leave the silence out");
            }

            // The run knows whether a clip may have several labels.
            DataSetOptions reading = (options ?? new DataSetOptions()) with
            {
                MultiLabel = model.Config.MultiLabel,
                LabelSeparator = model.Config.DataOptions.LabelSeparator,
            };
            ClipSource clips = RunClips.Of(
                model.Config, labels => ClipSource.FromFiles(data, labels, reading), silence, keepAllUnknown: true);
            IReadOnlyList<ClipEntry> entries = PartOf(clips.DataSet, part);
            int total = entries.Count;
            FeatureSet set = FeatureSet.Compute(
                device, entries, clips.Reader, model.Config.Format,
                new FeatureSetOptions
                {
                    Done = done => progress?.Invoke(done, total),
                    Cache = cache,
                    Memory = FeaturePlacement.Of(
                        FeatureMemory.Auto, device, total, model.Config.Format.Channels * model.Config.Format.Frames),
                },
                cancellation);
            set.Normalize(model.Normalizer);
            LabelSets? sets = clips.DataSet.LabelSets;
            var evaluator = new Evaluator(
                model.Network, Losses.Of(model.Config.Training, device, sets), sets, model.Config.Cropping);
            return new MeasuredRun(
                model, clips, set,
                evaluator.Measure(set, model.Config.Labels, model.Thresholds, keepProbabilities));
        }
    }

    /// <summary>The figures of several runs' mean probabilities; the loss is the cross-entropy of these.</summary>
    private static Measured Together(IReadOnlyList<MeasuredRun> runs)
    {
        ClipPredictions first = runs[0].Measured.Predictions;
        var mean = new ClipPredictions(first.Classes, keepProbabilities: true);
        for (int clip = 0; clip < first.Clips.Count; clip++)
        {
            float[] sum = first.ProbabilitiesOf(clip);
            foreach (MeasuredRun other in runs.Skip(1))
            {
                TensorPrimitives.Add(sum, other.Measured.Predictions.ProbabilitiesOf(clip), sum);
            }

            TensorPrimitives.Divide(sum, runs.Count, sum);
            mean.AddProbabilities(first.Clips[clip].Truth, sum);
        }

        ConfusionMatrix confusion = mean.ToConfusion()!;
        double loss = mean.Clips.Count == 0 ? double.NaN : mean.Clips.Average(one => (double)one.Loss);
        var report = ClassificationReport.From(confusion, runs[0].Model.Config.Labels, loss);
        return new Measured(
            new Score(loss, report.Accuracy, mean.Clips.Count) { MacroF1 = report.MacroF1 }, report, confusion, mean);
    }

    /// <summary>A run and what it came to.</summary>
    private sealed record MeasuredRun(TrainedModel Model, ClipSource Clips, FeatureSet Set, Measured Measured);

    /// <summary>Says where clips were trained on.</summary>
    private static IEnumerable<string> NotesOn(
        string runFolder, bool isOneOfSeveral, IReadOnlyList<ClipEntry> clips, IClipReader reader,
        CancellationToken cancellation)
    {
        if (SplitRecord.TryLoad(RunFolder.Open(runFolder).SplitPath) is not { } record)
        {
            yield break;
        }

        (int trained, int validated) = record.CountOf(clips, reader, cancellation);
        string run = isOneOfSeveral ? $"'{runFolder}'" : "this run";
        string of = $"{trained} of {clips.Count} clips were trained on by {run}";
        string chose = $"{validated} of {clips.Count} clips chose its best epoch";
        if (trained + validated > 0)
        {
            yield return (validated == 0 ? of : trained == 0 ? chose : $"{of}, {validated} chose its best epoch")
                + "; the accuracy flatters";
        }
    }

    private static IReadOnlyList<ClipEntry> PartOf(DataSet data, SplitPart? part)
    {
        if (part is null)
        {
            return data.Entries;
        }

        ClipEntry[] entries = [.. data.Entries.Where(entry => entry.Split == part)];
        return entries.Length > 0
            ? entries
            : throw new DataSetException(
                $"'{data.Source}' names no clip for {part.Value.ToString().ToLowerInvariant()}: measure on all of it, "
                + "or on data with a column split or published parts.");
    }
}
