namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>The requests of one access, and what they took: sectors of global memory, turns of shared memory.</summary>
internal record struct PtxRequests(long Count, long Taken, long Ideal)
{
    /// <summary>One more.</summary>
    public void Add(int taken, int ideal)
    {
        Count++;
        Taken += taken;
        Ideal += ideal;
    }

    /// <summary>Both together.</summary>
    public static PtxRequests operator +(PtxRequests a, PtxRequests b) =>
        new(a.Count + b.Count, a.Taken + b.Taken, a.Ideal + b.Ideal);
}
