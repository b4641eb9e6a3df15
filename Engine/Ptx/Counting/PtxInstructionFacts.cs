namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>What counting needs to know of an instruction before it runs.</summary>
internal sealed class PtxInstructionFacts
{
    /// <summary>Its full name: <c>ld.global.v4.f32</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Class, pipe and cost, after <see cref="PtxContraction"/>.</summary>
    public required PtxOpcode Opcode { get; set; }

    /// <summary>The registers that it reads, by number.</summary>
    public required int[] Reads { get; init; }

    /// <summary>The registers that it writes.</summary>
    public required int[] Writes { get; init; }

    /// <summary>Of an access the bytes of a lane; 0 for all else.</summary>
    public int AccessBytes { get; init; }

    /// <summary>It makes a group of the asynchronous copies since the last.</summary>
    public bool Commits { get; init; }

    /// <summary>Where it waits for groups of asynchronous copies, how many may go on; null for all else.</summary>
    public int? Waits { get; init; }

    /// <summary>It is part of the sum that follows, with which it counts as one.</summary>
    public bool IsContracted { get; set; }

    /// <summary>The same operands give the same result, so that a loop need not compute it again.</summary>
    public bool IsPure => Opcode.Class is <= PtxClass.Parameter;

    /// <summary>True for a store.</summary>
    public bool IsStore => Opcode.Class is PtxClass.GlobalStore or PtxClass.SharedStore || Name[0] == 's';
}
