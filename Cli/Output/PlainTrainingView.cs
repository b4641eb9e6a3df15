using NativeCnn.Model.Data;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>A training as lines of text: what is trained, a row an epoch, and what came of it.</summary>
/// <param name="line">Prints a line.</param>
/// <param name="warn">Prints the lines of a warning.</param>
/// <param name="width">Columns of the screen; null for lines of any length.</param>
internal class PlainTrainingView(Action<string> line, Action<IEnumerable<string>> warn, int? width = null)
    : ITrainingView
{
    private readonly List<string> notes = [];
    private EpochTable? table;

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
        table = null;
    }

    public virtual void EpochDone(EpochMetrics metrics, bool isBest) => Row(metrics, isBest, line);

    public void Finished(TrainingResult result)
    {
        line("");
        line($"best epoch {result.BestEpoch}: validation {Figures.Of(result.Report)}");
        line("");
        foreach (string row in ClassTable.Lines(result.Report, width))
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
            ]),
            width: width);
        foreach (string row in rows)
        {
            line(row);
        }

        line($"mean accuracy {Show.Percent(result.MeanAccuracy)}, standard deviation " +
            $"{Show.Percent(result.StandardDeviation)}, each after its last epoch");
    }

    /// <summary>Prints the line of an epoch; before the first, the titles.</summary>
    protected void Row(EpochMetrics metrics, bool isBest, Action<string> print)
    {
        if (table is null)
        {
            table = new EpochTable(width, metrics);
            line(table.Header);
        }

        print(table.Row(metrics, isBest));
    }
}
