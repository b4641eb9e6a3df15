namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Nobody watches.</summary>
internal readonly unsafe struct PtxNoWatch : IPtxWatch
{
    /// <inheritdoc/>
    public void BeginGroup()
    {
    }

    /// <inheritdoc/>
    public void Barrier()
    {
    }

    /// <inheritdoc/>
    public void EndGroup()
    {
    }

    /// <inheritdoc/>
    public void Instruction(PtxWarp* warp, PtxInstruction* one, int index)
    {
    }

    /// <inheritdoc/>
    public void EndBlock(PtxWarp* warp, int block, bool divergent)
    {
    }
}
