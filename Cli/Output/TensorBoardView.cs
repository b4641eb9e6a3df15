using NativeCnn.Model.Data;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tools.TensorBoard;

namespace NativeCnn.Cli.Output;

/// <summary>
/// Another view, beside which an event file for TensorBoard is written: where it is asked for, and where the run that
/// goes on has one.
/// </summary>
/// <param name="view">The view.</param>
/// <param name="isAsked">True where it was asked for.</param>
internal sealed class TensorBoardView(ITrainingView view, bool isAsked) : ITrainingView
{
    private TensorBoardLog? log;

    public void FeaturesComputed(int done, int total) => view.FeaturesComputed(done, total);

    public void Skipped(IReadOnlyList<SkippedClip> clips) => view.Skipped(clips);

    public void Remark(string text) => view.Remark(text);

    public void Note(string text) => view.Note(text);

    public void Started(TrainingOutline outline)
    {
        log = isAsked || TensorBoardLog.IsIn(outline.Folder)
            ? TensorBoardLog.Begin(outline.Folder, outline.FirstEpoch - 1)
            : null;
        view.Started(outline);
    }

    public void StepDone(int epoch, int step, int steps) => view.StepDone(epoch, step, steps);

    public void EpochDone(EpochMetrics metrics, bool isBest)
    {
        log?.Add(metrics);
        view.EpochDone(metrics, isBest);
    }

    public void FoldStarted(string group, int number, int count) => view.FoldStarted(group, number, count);

    public void FoldDone(TrainingResult result)
    {
        AddConfusion(result);
        view.FoldDone(result);
    }

    public void Finished(TrainingResult result)
    {
        AddConfusion(result);
        view.Finished(result);
    }

    public void FoldsFinished(CrossValidationResult result) => view.FoldsFinished(result);

    private void AddConfusion(TrainingResult result)
    {
        if (result.Confusion is { } confusion)
        {
            log?.Add(confusion, [.. result.Report.Classes.Select(one => one.Label)]);
        }
    }
}
