using NativeCnn.Model.Data;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A training as lines of text: what is trained, a row an epoch, and what came of it.</summary>
/// <param name="line">Prints a line.</param>
/// <param name="warn">Prints the lines of a warning.</param>
internal class PlainTrainingView(Action<string> line, Action<IEnumerable<string>> warn) : ITrainingView
{
    private readonly List<string> notes = [];

    public virtual void FeaturesComputed(int done, int total)
    {
    }

    public virtual void StepDone(int epoch, int step, int steps)
    {
    }

    public void Note(string text) => notes.Add(text);

    public void Skipped(IReadOnlyList<SkippedClip> clips) => warn(SkippedWarning.Lines(clips));

    public void Remark(string text) => warn([text]);

    public virtual void Started(TrainingOutline outline)
    {
        notes.ForEach(line);
        notes.Clear();
        line($"{outline.Source}: {Show.Count(outline.TrainingClips)} clips of {outline.Classes} classes to train on, " +
            $"{Show.Count(outline.ValidationClips)} to validate; device {outline.Device}");
        line($"input [{string.Join(", ", outline.Input)}], {Show.Count(outline.Parameters)} parameters" +
            (outline.FirstEpoch > 1 ? $"; going on with epoch {outline.FirstEpoch}" : ""));
        line("");
        line(EpochTable.Header);
    }

    public virtual void EpochDone(EpochMetrics metrics, bool isBest) => line(EpochTable.Row(metrics, isBest));

    public void Finished(TrainingResult result)
    {
        line("");
        line($"best epoch {result.BestEpoch}: validation {Figures.Of(result.Report)}");
        line("");
        foreach (string row in ClassTable.Lines(result.Report))
        {
            line(row);
        }

        line("");
        line(TimesLine.Of(result.Times));
        line($"run folder: {result.Folder}");
    }

    // A fold ends in the table of all folds.
    public void FoldDone(TrainingResult result) => line(TimesLine.Of(result.Times));

    public void FoldStarted(string group, int number, int count)
    {
        line("");
        line($"fold {number} of {count}: '{group}' left out");
    }

    public void FoldsFinished(CrossValidationResult result)
    {
        line("");
        IEnumerable<string> rows = TextTable.Format(
            ["left out", "accuracy", "best epoch's", "clips"],
            result.Folds.Select(fold => (string[])
            [
                fold.Group, Show.Percent(fold.Accuracy), Show.Percent(fold.BestAccuracy), Show.Count(fold.Clips),
            ]));
        foreach (string row in rows)
        {
            line(row);
        }

        line($"mean accuracy {Show.Percent(result.MeanAccuracy)}, standard deviation " +
            $"{Show.Percent(result.StandardDeviation)}, each after its last epoch");
    }
}
