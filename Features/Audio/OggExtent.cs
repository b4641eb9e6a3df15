// Where a stream's sound begins and ends by its pages: each tells the position after its last packet.

namespace NativeCnn.Features.Audio;

/// <summary>
/// Compares positions with what was decoded. The last page's may be less, which cuts the end; where it is the only
/// page it tells nothing of the beginning. A first page may say more than there is, as ffmpeg's do now and then: only
/// what all pages agree on lies before the first sample.
/// </summary>
internal struct OggExtent
{
    private long before;
    private int pages;

    /// <summary>The position of the first decoded sample; below 0 where the beginning is to be dropped.</summary>
    internal long Start { get; private set; }

    /// <summary>The last page's position; -1 where no page has one.</summary>
    internal long End { get; private set; } = -1;

    /// <summary>Nothing yet.</summary>
    public OggExtent()
    {
    }

    /// <summary>Takes a packet's position, if it has one.</summary>
    /// <param name="granule">The position, or -1.</param>
    /// <param name="decoded">Samples up to it.</param>
    internal void Add(long granule, long decoded)
    {
        if (granule < 0)
        {
            return;
        }

        // What the page before said counts now that another follows it.
        Start = pages == 1 ? before
            : pages > 1 && Start > 0 ? Math.Max(Math.Min(Start, before), 0)
            : Start;
        before = granule - decoded;
        End = granule;
        pages++;
    }
}
