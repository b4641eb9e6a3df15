namespace NativeCnn.Engine.Graphs;

/// <summary>
/// A step that is done over and over: kernel by kernel at first, then recorded and replayed where
/// <see cref="StepGraphs"/> can. Whichever way, <see cref="Run"/> does it once.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RecordedStep
{
    /// <summary>Steps before the recording: the first compiles kernels, the second finds them warm.</summary>
    internal const int WarmUps = 2;

    private readonly StepGraphs graphs;
    private readonly Action step;
    private int runs;
    private nint executable;

    /// <summary>Prepares a step.</summary>
    /// <param name="graphs">Records and replays it.</param>
    /// <param name="step">Gives the step's work to the device. See <see cref="StepGraphs"/> for what it may do.</param>
    public RecordedStep(StepGraphs graphs, Action step)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        ArgumentNullException.ThrowIfNull(step);
        this.graphs = graphs;
        this.step = step;
    }

    /// <summary>Kernels that the step launches; 0 before it was first done.</summary>
    public long Launches { get; private set; }

    /// <summary>Does the step once.</summary>
    /// <returns>True where it was replayed.</returns>
    public bool Run()
    {
        if (graphs.IsOn && executable == 0 && runs >= WarmUps)
        {
            long before = graphs.Device.Launches;
            executable = graphs.Record(step);
            graphs.Device.Launches = before; // Nothing was launched yet.
        }

        if (executable != 0 && graphs.Replay(executable))
        {
            graphs.Device.Launches += Launches;
            return true;
        }

        executable = 0;
        long launched = graphs.Device.Launches;
        step();
        Launches = graphs.Device.Launches - launched;
        runs++;
        return false;
    }
}
