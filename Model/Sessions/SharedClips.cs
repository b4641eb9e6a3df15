using System.Runtime.InteropServices;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Sessions;

/// <summary>
/// The clips of processes that train together: each reads its share, and tells the others what it found.
/// </summary>
internal static class SharedClips
{
    /// <summary>This process's share of the sets that all compute; null for a process alone.</summary>
    /// <param name="processes">Who trains.</param>
    public static ClipShare? Of(ICollective processes) => processes.Count > 1
        ? new ClipShare(processes.Rank, processes.Count, processes.GatherBlocks)
        : null;

    /// <summary>
    /// Lets every process know the content of all clips, as a run that goes on compares it, while each reads its share.
    /// </summary>
    /// <param name="processes">Who trains.</param>
    /// <param name="clips">The clips.</param>
    /// <param name="cancellation">Stops between two clips.</param>
    public static void KnowContents(ICollective processes, ClipSource clips, CancellationToken cancellation)
    {
        if (Of(processes) is not { } share)
        {
            return;
        }

        IReadOnlyList<ClipEntry> entries = clips.DataSet.Entries;
        (int first, int end) = share.Of(share.Place, entries.Count);
        var own = new UInt128[end - first];
        Parallel.For(
            0, own.Length,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount,
                CancellationToken = cancellation,
            },
            i => own[i] = clips.Reader.ContentHash(entries[first + i]) ?? 0);
        byte[][] all = share.Gather(MemoryMarshal.AsBytes<UInt128>(own).ToArray());
        for (int other = 0; other < share.Count; other++)
        {
            ReadOnlySpan<UInt128> theirs = MemoryMarshal.Cast<byte, UInt128>(all[other]);
            int start = share.Of(other, entries.Count).First;
            for (int i = 0; i < theirs.Length && other != share.Place; i++)
            {
                clips.Reader.Know(entries[start + i], theirs[i]);
            }
        }
    }
}
