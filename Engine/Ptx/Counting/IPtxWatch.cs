namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>
/// Is told what <see cref="PtxMachine"/> executes. A type argument of the machine's loops: of
/// <see cref="PtxNoWatch"/> nothing is left of the calls once they are compiled, so that counting costs nothing where
/// nobody counts.
/// </summary>
internal unsafe interface IPtxWatch
{
    /// <summary>A group begins.</summary>
    void BeginGroup();

    /// <summary>All warps of the group wait at a barrier.</summary>
    void Barrier();

    /// <summary>All warps of the group have ended.</summary>
    void EndGroup();

    /// <summary>A warp is about to execute an instruction.</summary>
    /// <param name="warp">The warp, with its active lanes.</param>
    /// <param name="one">The instruction.</param>
    /// <param name="index">Its number in the program.</param>
    void Instruction(PtxWarp* warp, PtxInstruction* one, int index);

    /// <summary>A warp has executed a block.</summary>
    /// <param name="warp">The warp.</param>
    /// <param name="block">The block's number.</param>
    /// <param name="divergent">The lanes go different ways from here.</param>
    void EndBlock(PtxWarp* warp, int block, bool divergent);
}
