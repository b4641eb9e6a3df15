namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Hands all that is executed to a counter.</summary>
internal readonly unsafe struct PtxCountingWatch(PtxCounter counter) : IPtxWatch
{
    /// <inheritdoc/>
    public void BeginGroup() => counter.BeginGroup();

    /// <inheritdoc/>
    public void Barrier() => counter.Barrier();

    /// <inheritdoc/>
    public void EndGroup() => counter.EndGroup();

    /// <inheritdoc/>
    public void Instruction(PtxWarp* warp, PtxInstruction* one, int index) => counter.Instruction(warp, one, index);

    /// <inheritdoc/>
    public void EndBlock(PtxWarp* warp, int block, bool divergent) => counter.EndBlock(warp, block, divergent);
}
