// ILGPU computes in a context of its own (cuCtxCreate), libraries on CUDA's runtime in the card's primary one: NCCL
// makes that one current by itself (NVIDIA/nccl#565), and neither its kernels nor its memory may be another's. So what
// they are to work on lies in memory of the primary context, with a stream of that context. What it is made of and what
// it becomes are copied on the card, from context to context, and two events keep the order of the two streams:
//   Bring    main stream -> event -> this stream waits -> copy into memory of the primary context
//   Return   copy out of it -> event -> the main stream waits
// The host waits for none of it.
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>A stream and memory in the primary context of the card that a device computes on.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class CudaPrimaryContext : IDisposable
{
    private readonly CudaDriver driver;
    private readonly int card;
    private readonly nint main;
    private readonly nint mainStream;
    private readonly nint primary;
    private readonly nint brought;
    private readonly nint done;
    private readonly List<nint> memory = [];

    /// <summary>Opens it with a driver, a context and a stream of the caller's, for tests.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="card">The card's number in it.</param>
    /// <param name="main">The context that the device computes in.</param>
    /// <param name="mainStream">The stream of that context that it computes by.</param>
    internal CudaPrimaryContext(CudaDriver driver, int card, nint main, nint mainStream)
    {
        this.driver = driver;
        this.card = card;
        this.main = main;
        this.mainStream = mainStream;
        driver.SetCurrent(main);
        brought = driver.CreateEvent();
        primary = driver.RetainPrimary(card);
        (Stream, done) = Within(() => (driver.CreateStream(), driver.CreateEvent()));
    }

    /// <summary>The stream of the primary context, a <c>cudaStream_t</c>.</summary>
    public nint Stream { get; }

    /// <summary>Opens the primary context of a device's card.</summary>
    /// <param name="device">The device.</param>
    /// <exception cref="GraphException">It is no CUDA device, or the driver refuses.</exception>
    public static CudaPrimaryContext Of(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device is not { Accelerator: CudaAccelerator cuda, Stream: CudaStream stream })
        {
            throw new GraphException($"device {device.Info.Selector} is no CUDA device");
        }

        cuda.Bind();
        return new CudaPrimaryContext(CudaDriver.Load(), cuda.DeviceId, cuda.NativePtr, stream.StreamPtr);
    }

    /// <summary>What tells a device's card from others of its machine; null where it is no CUDA device.</summary>
    /// <param name="device">The device.</param>
    public static string? CardOf(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Accelerator is CudaAccelerator cuda
            ? $"{cuda.PCIDomainId:x4}:{cuda.PCIBusId:x2}:{cuda.PCIDeviceId:x2}"
            : null;
    }

    /// <summary>Does something while the primary context is current on this thread.</summary>
    /// <param name="action">Such as calls of a library; it may leave another context current.</param>
    /// <returns>What it came to.</returns>
    public T Within<T>(Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        driver.SetCurrent(primary);
        try
        {
            return action();
        }
        finally
        {
            driver.SetCurrent(main);
        }
    }

    /// <summary>Takes memory of the primary context, which goes back with this object.</summary>
    /// <param name="floats">Numbers that it holds.</param>
    /// <exception cref="GraphException">There is not as much.</exception>
    public nint Take(int floats)
    {
        nint taken = Within(() => driver.Take((long)floats * sizeof(float)));
        memory.Add(taken);
        return taken;
    }

    /// <summary>Copies what a tensor holds once the device's work so far is done.</summary>
    /// <param name="to">Memory of the primary context, as long.</param>
    /// <param name="from">The tensor.</param>
    public void Bring(nint to, Tensor<float> from)
    {
        ArgumentNullException.ThrowIfNull(from);
        driver.SetCurrent(main);
        driver.Record(brought, mainStream);
        nint source = from.View.LoadEffectiveAddressAsPtr();
        Within(() =>
        {
            driver.Wait(Stream, brought);
            driver.Copy(to, primary, source, main, (long)from.Length * sizeof(float), Stream);
            return true;
        });
    }

    /// <summary>
    /// Gives a tensor what memory holds once this stream's work so far is done; the device waits for it.
    /// </summary>
    /// <param name="to">The tensor.</param>
    /// <param name="from">Memory of the primary context, as long.</param>
    public void Return(Tensor<float> to, nint from)
    {
        ArgumentNullException.ThrowIfNull(to);
        nint target = to.View.LoadEffectiveAddressAsPtr();
        Within(() =>
        {
            driver.Copy(target, main, from, primary, (long)to.Length * sizeof(float), Stream);
            driver.Record(done, Stream);
            return true;
        });
        driver.Wait(mainStream, done);
    }

    /// <summary>Gives all back, once the work is done.</summary>
    public void Dispose()
    {
        Within(() =>
        {
            driver.SynchronizeStream(Stream);
            memory.ForEach(driver.Free);
            driver.DestroyEvent(done);
            driver.DestroyStream(Stream);
            return true;
        });
        driver.DestroyEvent(brought);
        driver.ReleasePrimary(card);
    }
}
