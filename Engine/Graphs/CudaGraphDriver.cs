using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Graphs;

/// <summary>CUDA's graphs on the one stream of a device. ILGPU must have made the stream: it does not block.</summary>
internal sealed class CudaGraphDriver : IGraphDriver
{
    private readonly CudaDriver driver = CudaDriver.Load();
    private readonly Accelerator accelerator;
    private readonly nint stream;

    /// <exception cref="GraphException">The driver is too old, or the device is no CUDA device.</exception>
    public CudaGraphDriver(ComputeDevice device)
    {
        accelerator = device.Accelerator;
        stream = device.Stream is CudaStream cuda
            ? cuda.StreamPtr
            : throw new GraphException($"device {device.Info.Selector} has no CUDA stream");
    }

    public void BeginCapture()
    {
        accelerator.Bind();
        driver.BeginCapture(stream);
    }

    public nint EndCapture() => driver.EndCapture(stream);

    public nint Instantiate(nint graph) => driver.Instantiate(graph);

    public void Launch(nint executable)
    {
        accelerator.Bind();
        driver.Launch(executable, stream);
    }

    public void DestroyGraph(nint graph) => driver.DestroyGraph(graph);

    public void DestroyExecutable(nint executable)
    {
        accelerator.Bind();
        driver.DestroyExecutable(executable);
    }
}
