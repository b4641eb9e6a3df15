namespace NativeCnn.Engine.Ptx;

/// <summary>
/// Who used a word of shared memory last. Two accesses of different threads, one of which writes, must have a barrier
/// between them: one of the group, which is told by the epoch, or, within a warp, one of the warp.
/// </summary>
internal struct PtxSharedWord
{
    /// <summary>In place of a thread: threads of several warps.</summary>
    public const int Many = -1;

    /// <summary>When it was written, and by which thread.</summary>
    public int WriteEpoch, Writer, WriterSyncs;

    /// <summary>
    /// When it was read, and by which thread; <see cref="Many"/>; or -2 - w for several threads of warp w.
    /// </summary>
    public int ReadEpoch, Reader, ReaderSyncs;

    /// <summary>Of an asynchronous copy that will write it: when it started, and its number there.</summary>
    public int CopyEpoch, Copy;

    /// <summary>Notes a read; the thread whose write it may have seen too early, or not at all, or -1.</summary>
    public int Read(int epoch, int thread, int syncs)
    {
        int warp = thread / PtxWarp.Lanes;
        int race = WriteEpoch == epoch && Writer != thread &&
            !(Writer / PtxWarp.Lanes == warp && WriterSyncs < syncs) ? Writer : -1;
        if (ReadEpoch != epoch)
        {
            (ReadEpoch, Reader, ReaderSyncs) = (epoch, thread, syncs);
        }
        else if (Reader != thread && Reader != Many)
        {
            int readers = Reader >= 0 ? Reader / PtxWarp.Lanes : -2 - Reader;
            Reader = readers == warp ? -2 - warp : Many;
            ReaderSyncs = syncs;
        }
        else
        {
            ReaderSyncs = syncs;
        }

        return race;
    }

    /// <summary>
    /// Notes a write; a thread that writes or reads the word without a barrier between, -1 for none; of several
    /// readers the first of their warp is named, or thread 0.
    /// </summary>
    public int Write(int epoch, int thread, int syncs)
    {
        int warp = thread / PtxWarp.Lanes;
        int race = -1;
        if (WriteEpoch == epoch && Writer != thread && !(Writer / PtxWarp.Lanes == warp && WriterSyncs < syncs))
        {
            race = Writer;
        }
        else if (ReadEpoch == epoch && Reader != thread)
        {
            int readers = Reader >= 0 ? Reader / PtxWarp.Lanes : -2 - Reader;
            if (Reader == Many || readers != warp || ReaderSyncs >= syncs)
            {
                race = Reader >= 0 ? Reader : Math.Max(0, readers) * PtxWarp.Lanes;
            }
        }

        (WriteEpoch, Writer, WriterSyncs) = (epoch, thread, syncs);
        return race;
    }
}
