// Training steps as CUDA graphs: a step is launched kernel by kernel until everything it needs is compiled and in
// place, then recorded, then replayed by one call. Where that is not possible, steps stay as they are, and one line
// says why. What must hold of a step that is recorded:
//   fixed pointers       all memory is taken when plans are made, none inside the step
//   nothing by the host  what changes from step to step (step, position, learning rate) lies in device memory, see
//                        TrainingProgress: a kernel's arguments are frozen in the graph
//   no waiting           the host reads nothing back inside the step
// The second cannot be checked here; the other two end the recording with a message.
using ILGPU.Runtime;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Graphs;

/// <summary>Records and replays the steps of one device. See <see cref="RecordedStep"/>.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class StepGraphs : IDisposable
{
    private readonly ComputeDevice device;
    private readonly Action<string>? tell;
    private readonly List<nint> executables = [];
    private IGraphDriver? driver;

    /// <summary>Prepares to record steps where mode and device allow it.</summary>
    /// <param name="device">The device; the recorded steps are freed with it.</param>
    /// <param name="mode">Whether to record.</param>
    /// <param name="tell">Told, once, why steps are not recorded where they were to be.</param>
    public StepGraphs(ComputeDevice device, GraphMode mode, Action<string>? tell = null)
        : this(device, mode, tell, DriverOf)
    {
    }

    /// <summary>Prepares with a driver of the caller's, for tests.</summary>
    internal StepGraphs(
        ComputeDevice device, GraphMode mode, Action<string>? tell, Func<ComputeDevice, IGraphDriver?> open)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
        this.tell = tell;
        device.Own(this);
        if (mode == GraphMode.Off)
        {
            return;
        }

        try
        {
            driver = open(device);
            if (driver is null && mode == GraphMode.On)
            {
                tell?.Invoke(
                    $"device {device.Info.Selector} has no CUDA graphs: steps are launched kernel by kernel " +
                    "(--graph on is for cuda devices)");
            }
        }
        catch (GraphException refused)
        {
            GiveUp(refused);
        }
    }

    /// <summary>True while steps are to be recorded and replayed.</summary>
    public bool IsOn => driver is not null;

    internal ComputeDevice Device => device;

    /// <summary>Frees what was recorded; steps are launched kernel by kernel from then on.</summary>
    public void Dispose()
    {
        foreach (nint executable in executables)
        {
            try
            {
                driver?.DestroyExecutable(executable);
            }
            catch (GraphException)
            {
                // The context goes next, and takes along what could not be freed by itself.
            }
        }

        executables.Clear();
        driver = null;
    }

    /// <summary>Records a step, without doing it; 0 where that failed: then nothing is recorded any more.</summary>
    internal nint Record(Action step)
    {
        if (driver is not { } recorder)
        {
            return 0;
        }

        nint graph = 0;
        try
        {
            recorder.BeginCapture();
            device.IsRecording = true;
            try
            {
                step();
            }
            catch
            {
                End(recorder, ref graph);
                throw;
            }

            device.IsRecording = false;
            graph = recorder.EndCapture();
            nint executable = recorder.Instantiate(graph);
            executables.Add(executable);
            return executable;
        }
        catch (Exception refused) when (refused is GraphException or AcceleratorException)
        {
            GiveUp(refused);
            return 0;
        }
        finally
        {
            if (graph != 0)
            {
                recorder.DestroyGraph(graph);
            }
        }
    }

    /// <summary>Replays a recorded step; false where the driver refused, and the step was not done.</summary>
    internal bool Replay(nint executable)
    {
        try
        {
            if (driver is { } player)
            {
                player.Launch(executable);
                return true;
            }
        }
        catch (GraphException refused)
        {
            GiveUp(refused);
        }

        return false;
    }

    // Checked launches are waited for one by one: nothing that could be recorded.
    private static CudaGraphDriver? DriverOf(ComputeDevice device) =>
        device is { Info.Kind: DeviceKind.Cuda, ChecksKernels: false } ? new CudaGraphDriver(device) : null;

    /// <summary>
    /// Ends a recording that failed: what made it fail is the message, not what the driver says of its end.
    /// </summary>
    private void End(IGraphDriver recorder, ref nint graph)
    {
        device.IsRecording = false;
        try
        {
            graph = recorder.EndCapture();
        }
        catch (GraphException)
        {
            graph = 0;
        }
    }

    private void GiveUp(Exception refused)
    {
        Dispose();
        tell?.Invoke($"no CUDA graph: {refused.Message}; steps are launched kernel by kernel");
    }
}
