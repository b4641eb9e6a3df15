using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Cli.Output;

/// <summary>The plain lines with a bar beneath them: for the features, then for the steps of each epoch.</summary>
internal sealed class LiveTrainingView(LiveBar bar) : PlainTrainingView(bar.Line, bar.Warn)
{
    private int epochs;

    public override void FeaturesComputed(int done, int total) => bar.Show("features", done, total);

    public override void Started(TrainingOutline outline)
    {
        epochs = outline.Epochs;
        bar.Hide();
        base.Started(outline);
    }

    public override void StepDone(int epoch, int step, int steps) => bar.Show($"epoch {epoch}/{epochs}", step, steps);

    public override void EpochDone(EpochMetrics metrics, bool isBest)
    {
        if (metrics.Epoch == epochs)
        {
            bar.Hide();
        }

        string row = EpochTable.Row(metrics, isBest);
        if (isBest)
        {
            bar.Bold(row);
        }
        else
        {
            bar.Line(row);
        }
    }
}
