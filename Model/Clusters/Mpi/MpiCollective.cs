// Processes that a launcher of MPI started. Exchanges do not block in the library: while one is under way, this
// process sees whether another ended, and gives the processor to whoever has work.
using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Clusters.Nccl;

namespace NativeCnn.Model.Clusters.Mpi;

/// <summary>The processes of an MPI launch.</summary>
internal sealed class MpiCollective : ICollective
{
    private static readonly TimeSpan Impatient = TimeSpan.FromMilliseconds(2);

    private readonly MpiLibrary library;
    private readonly ProcessWatch watch;
    private NcclCollective? cards;

    private MpiCollective(MpiLibrary library)
    {
        this.library = library;
        Rank = library.Rank();
        Count = library.Size();
        About = library.Version();
        if (MpiLaunch.Size is { } launched && launched != Count)
        {
            throw new ClusterException(
                $"the launcher started {launched} processes, but {About} ({library.Name}) sees {Count}: it is not " +
                "the library of this launcher; put that one's folder first in LD_LIBRARY_PATH");
        }

        watch = ProcessWatch.Begin(this);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public string About { get; }

    /// <summary>Sees whether the other processes live.</summary>
    public ProcessWatch Watch => watch;

    /// <summary>Joins the processes of the launch.</summary>
    /// <exception cref="ClusterException">There is no library, or the wrong one.</exception>
    public static MpiCollective Join() => new(MpiLibrary.Begin());

    /// <inheritdoc/>
    public unsafe void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(all.Length, own.Length * Count);
        fixed (byte* from = own, to = all)
        {
            Wait(library.BeginGather(from, to, own.Length));
        }
    }

    /// <inheritdoc/>
    public unsafe void AllToAll(ReadOnlySpan<byte> own, Span<byte> received)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(received.Length, own.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(own.Length % Count, 0);
        fixed (byte* from = own, to = received)
        {
            Wait(library.BeginExchange(from, to, own.Length / Count));
        }
    }

    /// <inheritdoc/>
    public IDeviceCollective? Connect(ComputeDevice device, Action<string> remark)
    {
        if (NcclCollective.TryJoin(this, device, remark) is not { } joined)
        {
            return null;
        }

        cards = joined;
        watch.Failed += joined.Abort;
        if (watch.Failure is { } before)
        {
            joined.Abort(before);
        }

        return joined;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (watch.Failure is null && !watch.IsLeaving)
        {
            cards?.Dispose();
            this.Barrier();
            watch.Dispose();
            library.End();
        }
    }

    private void Wait(nint request)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!library.IsDone(ref request))
        {
            watch?.ThrowWhereOneEnded();
            if (Stopwatch.GetElapsedTime(begun) < Impatient)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(0);
                Thread.Sleep(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1) ? 0 : 1);
            }
        }

        // What was exchanged may come of work that ended with the process.
        watch?.ThrowWhereOneEnded();
    }
}
