// The functions of NCCL that training needs, bound by function pointers: nothing is looked for on machines without it.
// After nccl.h of NCCL 2: results are ints, communicators pointers, streams CUDA's. Nothing here adds: the order of a
// sum within NCCL depends on how many processes there are, and with it the bits.
using System.Globalization;
using System.Runtime.InteropServices;

namespace NativeCnn.Model.Clusters.Nccl;

/// <summary>NVIDIA's library of collectives, found and bound.</summary>
internal sealed unsafe class NcclLibrary
{
    private const int Success = 0;
    private const int InProgress = 7;
    private const int OfFloat32 = 7;

    private static readonly string[] Names = ["libnccl.so.2", "libnccl.so"];

    private readonly delegate* unmanaged<int, nint> errorString;
    private readonly delegate* unmanaged<NcclUniqueId*, int> getUniqueId;
    private readonly delegate* unmanaged<nint*, int, NcclUniqueId, int, int> initRank;
    private readonly delegate* unmanaged<nint, nint, nuint, int, nint, nint, int> allGather;
    private readonly delegate* unmanaged<int> groupStart;
    private readonly delegate* unmanaged<int> groupEnd;
    private readonly delegate* unmanaged<nint, nuint, int, int, nint, nint, int> send;
    private readonly delegate* unmanaged<nint, nuint, int, int, nint, nint, int> receive;
    private readonly delegate* unmanaged<nint, int*, int> getAsyncError;
    private readonly delegate* unmanaged<nint, int> abort;
    private readonly delegate* unmanaged<nint, int> destroy;

    /// <summary>Binds a library.</summary>
    /// <param name="library">It, loaded.</param>
    /// <exception cref="ClusterException">It lacks a function, or says no version.</exception>
    internal NcclLibrary(nint library)
    {
        nint Find(string name) => NativeLibrary.TryGetExport(library, name, out nint function)
            ? function
            : throw new ClusterException($"libnccl has no function {name}: it is older than NCCL 2.7");
        errorString = (delegate* unmanaged<int, nint>)Find("ncclGetErrorString");
        getUniqueId = (delegate* unmanaged<NcclUniqueId*, int>)Find("ncclGetUniqueId");
        initRank = (delegate* unmanaged<nint*, int, NcclUniqueId, int, int>)Find("ncclCommInitRank");
        allGather = (delegate* unmanaged<nint, nint, nuint, int, nint, nint, int>)Find("ncclAllGather");
        groupStart = (delegate* unmanaged<int>)Find("ncclGroupStart");
        groupEnd = (delegate* unmanaged<int>)Find("ncclGroupEnd");
        send = (delegate* unmanaged<nint, nuint, int, int, nint, nint, int>)Find("ncclSend");
        receive = (delegate* unmanaged<nint, nuint, int, int, nint, nint, int>)Find("ncclRecv");
        getAsyncError = (delegate* unmanaged<nint, int*, int>)Find("ncclCommGetAsyncError");
        abort = (delegate* unmanaged<nint, int>)Find("ncclCommAbort");
        destroy = (delegate* unmanaged<nint, int>)Find("ncclCommDestroy");
        int version = 0;
        Expect(((delegate* unmanaged<int*, int>)Find("ncclGetVersion"))(&version), "ncclGetVersion");
        Version = NameOf(version);
    }

    /// <summary>Its version: <c>2.21.5</c>.</summary>
    public string Version { get; }

    /// <summary>The library of this machine; null where there is none.</summary>
    /// <exception cref="ClusterException">It lacks a function.</exception>
    public static NcclLibrary? Find()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new NcclLibrary(library);
            }
        }

        return null;
    }

    /// <summary>A new group's name, which its processes must all have.</summary>
    public byte[] NewId()
    {
        NcclUniqueId id;
        Expect(getUniqueId(&id), "ncclGetUniqueId");
        return new ReadOnlySpan<byte>(&id, NcclUniqueId.Length).ToArray();
    }

    /// <summary>Joins a group; returns when all of its processes do. The card's context is current.</summary>
    /// <param name="id">The group's name.</param>
    /// <param name="rank">This process.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The communicator.</returns>
    public nint Join(ReadOnlySpan<byte> id, int rank, int count)
    {
        nint communicator = 0;
        Expect(initRank(&communicator, count, MemoryMarshal.Read<NcclUniqueId>(id), rank), "ncclCommInitRank");
        return communicator;
    }

    /// <summary>Gives every process the blocks of all, in the order of a stream.</summary>
    public void AllGather(nint own, nint all, int floats, nint communicator, nint stream) => Expect(
        allGather(own, all, (nuint)floats, OfFloat32, communicator, stream), "ncclAllGather");

    /// <summary>Gives every process its block of each, in the order of a stream.</summary>
    /// <param name="own">The blocks, one for each process.</param>
    /// <param name="received">Room for as many.</param>
    /// <param name="floats">Numbers of a block.</param>
    /// <param name="count">How many processes there are.</param>
    /// <param name="communicator">Them.</param>
    /// <param name="stream">A stream of the communicator's card.</param>
    public void AllToAll(nint own, nint received, int floats, int count, nint communicator, nint stream)
    {
        // Of one group, so that they go at once: one by one, each would wait for its counterpart.
        Expect(groupStart(), "ncclGroupStart");
        for (int rank = 0; rank < count; rank++)
        {
            nint block = (nint)rank * floats * sizeof(float);
            Expect(send(own + block, (nuint)floats, OfFloat32, rank, communicator, stream), "ncclSend");
            Expect(receive(received + block, (nuint)floats, OfFloat32, rank, communicator, stream), "ncclRecv");
        }

        Expect(groupEnd(), "ncclGroupEnd");
    }

    /// <summary>What went wrong on the way of what was given before, in words; null for nothing.</summary>
    public string? ErrorOf(nint communicator)
    {
        int error = 0;
        Expect(getAsyncError(communicator, &error), "ncclCommGetAsyncError");
        return error is Success or InProgress ? null : TextOf(error);
    }

    /// <summary>
    /// Ends a communicator and what is under way on it, at once. What it says does not matter any more.
    /// </summary>
    public void Abort(nint communicator) => _ = abort(communicator);

    /// <summary>Ends a communicator whose work is done.</summary>
    public void Destroy(nint communicator) => Expect(destroy(communicator), "ncclCommDestroy");

    // 2.8.3 is 2803; from 2.9 on there are two digits more: 2.21.5 is 22105.
    private static string NameOf(int version)
    {
        (int major, int minors) = version < 10_000 ? (version / 1000, 10) : (version / 10_000, 100);
        return string.Create(
            CultureInfo.InvariantCulture, $"{major}.{version / 100 % minors}.{version % 100}");
    }

    private string TextOf(int code) => Marshal.PtrToStringUTF8(errorString(code)) ?? $"code {code}";

    private void Expect(int code, string function)
    {
        if (code != Success && code != InProgress)
        {
            throw new ClusterException($"{function} of NCCL failed: {TextOf(code)}");
        }
    }
}
