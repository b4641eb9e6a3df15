// What processes that train together need of each other: who they are, and each other's bytes. Sums are not left to the
// library that carries the bytes, for then their order, and with it the result's bits, would depend on it.
using NativeCnn.Engine.Devices;

namespace NativeCnn.Model.Clusters;

/// <summary>The processes of one training. All call the same methods in the same order.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public interface ICollective : IDisposable
{
    /// <summary>This process, from 0. The first one prints and writes.</summary>
    int Rank { get; }

    /// <summary>How many there are, at least 1.</summary>
    int Count { get; }

    /// <summary>What carries the bytes, for people: <c>one process</c>, <c>Open MPI v4.1.4</c>.</summary>
    string About { get; }

    /// <summary>
    /// Gives every process the blocks of all, in the order of their ranks. Returns when they are there.
    /// </summary>
    /// <param name="own">This process's block, as long as those of the others.</param>
    /// <param name="all">Room for all blocks.</param>
    /// <exception cref="ClusterException">A process ended, or was silent for too long.</exception>
    void AllGather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>
    /// Gives every process its block of each, in the order of their ranks. Returns when they are there.
    /// </summary>
    /// <param name="own">This process's blocks for all, all of one length, in the order of their ranks.</param>
    /// <param name="received">Room for as many blocks.</param>
    /// <exception cref="ClusterException">A process ended, or was silent for too long.</exception>
    void AllToAll(ReadOnlySpan<byte> own, Span<byte> received);

    /// <summary>
    /// Connects the processes' devices, where all of them can be; all call it together. It ends with this object, and
    /// with the first process that is lost.
    /// </summary>
    /// <param name="device">What this process trains on.</param>
    /// <param name="remark">Told, in a line, why CUDA devices cannot be connected.</param>
    /// <returns>
    /// Null where what lies on the devices travels through the machines' memory, by the methods above.
    /// </returns>
    IDeviceCollective? Connect(ComputeDevice device, Action<string> remark) => null;
}
