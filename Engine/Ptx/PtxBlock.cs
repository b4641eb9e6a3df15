namespace NativeCnn.Engine.Ptx;

/// <summary>How a block ends.</summary>
internal enum PtxEnd
{
    /// <summary>All lanes go on at the first target.</summary>
    Jump,

    /// <summary>Lanes whose predicate holds go on at the first target, the others at the second.</summary>
    Branch,

    /// <summary>Each lane goes on at the target that its register numbers.</summary>
    Table,

    /// <summary>The warp waits for the other warps of its group.</summary>
    Barrier,

    /// <summary>The lanes are done.</summary>
    Return,
}

/// <summary>Instructions without a branch among them.</summary>
internal sealed class PtxBlock
{
    /// <summary>In place of a block: behind the end of the kernel.</summary>
    public const int Exit = -1;

    /// <summary>The first instruction.</summary>
    public required int First { get; init; }

    /// <summary>How many there are.</summary>
    public int Count { get; set; }

    /// <summary>How it ends.</summary>
    public PtxEnd End { get; set; } = PtxEnd.Jump;

    /// <summary>The line of the text that ends it.</summary>
    public int Line { get; set; }

    /// <summary>The blocks that may follow.</summary>
    public int[] Targets { get; set; } = [];

    /// <summary>Of a branch or table the register that decides.</summary>
    public int Register { get; set; }

    /// <summary>True where a branch is taken by lanes whose predicate does not hold.</summary>
    public bool Negated { get; set; }

    /// <summary>
    /// Where lanes that part here meet again: the first block that all ways to the end pass, its immediate
    /// post-dominator.
    /// </summary>
    public int Reconvergence { get; set; } = Exit;
}
