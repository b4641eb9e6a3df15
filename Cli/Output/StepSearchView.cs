using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Output;

/// <summary>How it shows that a run is done again up to a step: a bar where there is a terminal.</summary>
internal sealed class StepSearchView(Terminal terminal, LiveBar? bar, int step) : ITrainingObserver
{
    private int before;

    /// <inheritdoc/>
    public void FeaturesComputed(int done, int total) => bar?.Show("features", done, total);

    /// <inheritdoc/>
    public void Remark(string text) => terminal.Warn([text]);

    /// <inheritdoc/>
    public void StepDone(int epoch, int done, int steps)
    {
        before = Math.Max(before, ((epoch - 1) * steps) + done);
        bar?.Show($"up to step {step}", Math.Min(before, step), step);
    }
}
