// How the work of one worker of a sweep shows itself: a line where a job begins and where it ends, in a terminal with a
// bar in between; warnings of trainings once each, however many jobs have them.
using NativeCnn.Model.Data;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>The trainings of a worker.</summary>
/// <param name="line">Prints a line.</param>
/// <param name="warn">Prints a warning.</param>
/// <param name="bar">The bar; null where there is none.</param>
internal sealed class SweepView(Action<string> line, Action<IEnumerable<string>> warn, LiveBar? bar) : ITrainingView
{
    private readonly HashSet<string> told = [];
    private int epochs;

    /// <summary>The job under way, as lines call it.</summary>
    public string Job { get; set; } = "";

    public void Line(string text)
    {
        bar?.Hide();
        line(text);
    }

    public void Note(string text) => Remark(text);

    public void Remark(string text)
    {
        if (told.Add(text))
        {
            warn([text]);
        }
    }

    public void Skipped(IReadOnlyList<SkippedClip> clips)
    {
        string[] lines = [.. SkippedWarning.Lines(clips)];
        if (told.Add(string.Join('\n', lines)))
        {
            warn(lines);
        }
    }

    public void FeaturesComputed(int done, int total) => bar?.Show($"{Job}: features", done, total);

    public void Started(TrainingOutline outline) => epochs = outline.Epochs;

    public void StepDone(int epoch, int step, int steps) => bar?.Show($"{Job}: epoch {epoch}/{epochs}", step, steps);

    public void EpochDone(EpochMetrics metrics, bool isBest)
    {
    }

    public void Finished(TrainingResult result)
    {
    }

    public void FoldsFinished(CrossValidationResult result)
    {
    }
}
