// The calls of NVIDIA's driver that ILGPU 1.5.3 does not make: graphs, events between streams, and what is done in a
// card's primary context. By function pointers, so that nothing is looked for on machines without the driver. After the
// CUDA driver API's reference.
using System.Runtime.InteropServices;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Graphs;

/// <summary>libcuda, for the context that is current on the calling thread.</summary>
internal sealed unsafe class CudaDriver
{
    private const int RelaxedCapture = 2; // CU_STREAM_CAPTURE_MODE_RELAXED
    private const uint NoTiming = 2; // CU_EVENT_DISABLE_TIMING
    private const uint NonBlocking = 1; // CU_STREAM_NON_BLOCKING

    private readonly delegate* unmanaged<int, byte**, int> errorName;
    private readonly delegate* unmanaged<nint, int, int> streamBeginCapture;
    private readonly delegate* unmanaged<nint, nint*, int> streamEndCapture;
    private readonly delegate* unmanaged<nint*, nint, ulong, int> graphInstantiate;
    private readonly delegate* unmanaged<nint, nint, int> graphLaunch;
    private readonly delegate* unmanaged<nint, int> graphDestroy;
    private readonly delegate* unmanaged<nint, int> executableDestroy;
    private readonly delegate* unmanaged<nint*, uint, int> eventCreate;
    private readonly delegate* unmanaged<nint, nint, int> eventRecord;
    private readonly delegate* unmanaged<nint, int> eventSynchronize;
    private readonly delegate* unmanaged<nint, int> eventDestroy;
    private readonly delegate* unmanaged<nint, nint, uint, int> streamWaitEvent;
    private readonly delegate* unmanaged<nint*, int, int> primaryRetain;
    private readonly delegate* unmanaged<int, int> primaryRelease;
    private readonly delegate* unmanaged<nint, int> setCurrent;
    private readonly delegate* unmanaged<nint*, uint, int> streamCreate;
    private readonly delegate* unmanaged<nint, int> streamSynchronize;
    private readonly delegate* unmanaged<nint, int> streamDestroy;
    private readonly delegate* unmanaged<nint*, nuint, int> memoryTake;
    private readonly delegate* unmanaged<nint, int> memoryFree;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nuint, nint, int> copyBetweenContexts;

    /// <summary>The driver in a library of the caller's, for tests.</summary>
    internal CudaDriver(nint library)
    {
        nint Find(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new GraphException($"{CudaProbe.LibraryName} has no {name}: the driver is older than CUDA 11.4");
        errorName = (delegate* unmanaged<int, byte**, int>)Find("cuGetErrorName");
        streamBeginCapture = (delegate* unmanaged<nint, int, int>)Find("cuStreamBeginCapture_v2");
        streamEndCapture = (delegate* unmanaged<nint, nint*, int>)Find("cuStreamEndCapture");
        graphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Find("cuGraphInstantiateWithFlags");
        graphLaunch = (delegate* unmanaged<nint, nint, int>)Find("cuGraphLaunch");
        graphDestroy = (delegate* unmanaged<nint, int>)Find("cuGraphDestroy");
        executableDestroy = (delegate* unmanaged<nint, int>)Find("cuGraphExecDestroy");
        eventCreate = (delegate* unmanaged<nint*, uint, int>)Find("cuEventCreate");
        eventRecord = (delegate* unmanaged<nint, nint, int>)Find("cuEventRecord");
        eventSynchronize = (delegate* unmanaged<nint, int>)Find("cuEventSynchronize");
        eventDestroy = (delegate* unmanaged<nint, int>)Find("cuEventDestroy_v2");
        streamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Find("cuStreamWaitEvent");
        primaryRetain = (delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain");
        primaryRelease = (delegate* unmanaged<int, int>)Find("cuDevicePrimaryCtxRelease_v2");
        setCurrent = (delegate* unmanaged<nint, int>)Find("cuCtxSetCurrent");
        streamCreate = (delegate* unmanaged<nint*, uint, int>)Find("cuStreamCreate");
        streamSynchronize = (delegate* unmanaged<nint, int>)Find("cuStreamSynchronize");
        streamDestroy = (delegate* unmanaged<nint, int>)Find("cuStreamDestroy_v2");
        memoryTake = (delegate* unmanaged<nint*, nuint, int>)Find("cuMemAlloc_v2");
        memoryFree = (delegate* unmanaged<nint, int>)Find("cuMemFree_v2");
        copyBetweenContexts =
            (delegate* unmanaged<nint, nint, nint, nint, nuint, nint, int>)Find("cuMemcpyPeerAsync");
    }

    /// <summary>The driver of this machine.</summary>
    /// <exception cref="GraphException">There is none, or it is too old.</exception>
    public static CudaDriver Load() => NativeLibrary.TryLoad(CudaProbe.LibraryName, out nint library)
        ? new CudaDriver(library)
        : throw new GraphException($"{CudaProbe.LibraryName} could not be loaded");

    public void BeginCapture(nint stream) =>
        Check("cuStreamBeginCapture_v2", streamBeginCapture(stream, RelaxedCapture));

    public nint EndCapture(nint stream)
    {
        nint graph = 0;
        Check("cuStreamEndCapture", streamEndCapture(stream, &graph));
        return graph;
    }

    public nint Instantiate(nint graph)
    {
        nint executable = 0;
        Check("cuGraphInstantiateWithFlags", graphInstantiate(&executable, graph, 0));
        return executable;
    }

    public void Launch(nint executable, nint stream) => Check("cuGraphLaunch", graphLaunch(executable, stream));

    public void DestroyGraph(nint graph) => Check("cuGraphDestroy", graphDestroy(graph));

    public void DestroyExecutable(nint executable) => Check("cuGraphExecDestroy", executableDestroy(executable));

    public nint CreateEvent()
    {
        nint made = 0;
        Check("cuEventCreate", eventCreate(&made, NoTiming));
        return made;
    }

    public void Record(nint happening, nint stream) => Check("cuEventRecord", eventRecord(happening, stream));

    public void Wait(nint stream, nint happening) =>
        Check("cuStreamWaitEvent", streamWaitEvent(stream, happening, 0));

    public void Synchronize(nint happening) => Check("cuEventSynchronize", eventSynchronize(happening));

    public void DestroyEvent(nint happening) => Check("cuEventDestroy_v2", eventDestroy(happening));

    /// <summary>The context that CUDA's runtime, and what is built on it, uses on a card.</summary>
    public nint RetainPrimary(int card)
    {
        nint context = 0;
        Check("cuDevicePrimaryCtxRetain", primaryRetain(&context, card));
        return context;
    }

    public void ReleasePrimary(int card) => Check("cuDevicePrimaryCtxRelease_v2", primaryRelease(card));

    public void SetCurrent(nint context) => Check("cuCtxSetCurrent", setCurrent(context));

    public nint CreateStream()
    {
        nint stream = 0;
        Check("cuStreamCreate", streamCreate(&stream, NonBlocking));
        return stream;
    }

    public void SynchronizeStream(nint stream) => Check("cuStreamSynchronize", streamSynchronize(stream));

    public void DestroyStream(nint stream) => Check("cuStreamDestroy_v2", streamDestroy(stream));

    public nint Take(long bytes)
    {
        nint memory = 0;
        Check("cuMemAlloc_v2", memoryTake(&memory, (nuint)bytes));
        return memory;
    }

    public void Free(nint memory) => Check("cuMemFree_v2", memoryFree(memory));

    /// <summary>Copies memory of one context into that of another, in the order of a stream.</summary>
    public void Copy(nint to, nint toContext, nint from, nint fromContext, long bytes, nint stream) => Check(
        "cuMemcpyPeerAsync", copyBetweenContexts(to, toContext, from, fromContext, (nuint)bytes, stream));

    private void Check(string call, int status)
    {
        if (status != 0)
        {
            throw new GraphException($"{call} gave {CudaErrors.NameOf(errorName, status)}");
        }
    }
}
