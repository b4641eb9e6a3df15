using NativeCnn.Model.Data;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A training as JSON Lines: a line an epoch as in metrics.jsonl, a last line with what came of it.</summary>
internal sealed class JsonTrainingView(Terminal terminal) : ITrainingView
{
    private readonly List<string> notes = [];
    private string? group;

    public void Note(string text) => notes.Add(text);

    public void Skipped(IReadOnlyList<SkippedClip> clips) => terminal.Warn(SkippedWarning.Lines(clips));

    public void Remark(string text) => terminal.Warn([text]);

    public void Started(TrainingOutline outline)
    {
        notes.ForEach(terminal.Error.WriteLine);
        notes.Clear();
        terminal.Error.WriteLine(
            $"{outline.Source}: {outline.TrainingClips} clips to train on, {outline.ValidationClips} to validate");
    }

    public void EpochDone(EpochMetrics metrics, bool isBest) => terminal.Output.WriteLine(metrics.ToJson());

    public void Finished(TrainingResult result) => terminal.Json(
        TrainingRecord.Of(result, group), CliJson.Default.TrainingRecord);

    public void FoldDone(TrainingResult result) => Finished(result);

    public void FoldStarted(string group, int number, int count)
    {
        this.group = group;
        terminal.Error.WriteLine($"fold {number} of {count}: '{group}' left out");
    }

    public void FoldsFinished(CrossValidationResult result) => terminal.Json(
        new FoldsRecord(
            [.. result.Folds.Select(one => new FoldRecord(
                one.Group, one.Accuracy, one.BestAccuracy, one.Clips, one.Folder))],
            result.MeanAccuracy, result.StandardDeviation),
        CliJson.Default.FoldsRecord);
}
