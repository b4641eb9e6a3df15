using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>
/// The plain lines with a bar beneath them: for the features, then for the steps of each epoch, with the rate, the time
/// left, and the losses of all epochs as sparklines.
/// </summary>
internal sealed class LiveTrainingView(LiveBar bar) : PlainTrainingView(bar.Line, bar.Warn, bar.Width + 1)
{
    private readonly TrainingPace pace = new();
    private readonly List<EpochMetrics> done = [];
    private int epochs;

    public override void FeaturesComputed(int done, int total) => bar.Show("features", done, total);

    public override void Started(TrainingOutline outline)
    {
        epochs = outline.Epochs;
        done.Clear();
        pace.Started(outline);
        bar.Hide();
        base.Started(outline);
    }

    public override void StepDone(int epoch, int step, int steps)
    {
        pace.StepDone(epoch, step, steps);
        bar.Show($"epoch {epoch}/{epochs}", step, steps, Beneath);
    }

    public override void EpochDone(EpochMetrics metrics, bool isBest)
    {
        pace.EpochDone(metrics);
        done.Add(metrics);
        if (metrics.Epoch == epochs)
        {
            bar.Hide();
        }

        Row(metrics, isBest, isBest ? bar.Bold : bar.Line);
    }

    private IEnumerable<string> Beneath()
    {
        yield return LiveLines.Joined(
            bar.Width,
            pace.ClipsPerSecond > 0 ? $"{Show.Count(pace.ClipsPerSecond)} clips/s" : null,
            pace.EpochLeft is { } epoch ? $"{LiveLines.Duration(epoch)} left of the epoch" : null,
            pace.AllLeft is { } all ? $"{LiveLines.Duration(all)} of all" : null);
        if (done.Count > 0)
        {
            yield return Losses("loss", done.ConvertAll(one => one.Loss));
            yield return Losses("val. loss", done.ConvertAll(one => one.ValidationLoss));
        }
    }

    private string Losses(string name, List<double> values)
    {
        string end = $" {Show.Loss(values[^1])}";
        return $"{name,-9} {LiveLines.Sparkline(values, bar.Width - 10 - end.Length)}{end}";
    }
}
