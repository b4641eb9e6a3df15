namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>What kind of work an instruction is.</summary>
internal enum PtxClass
{
    /// <summary>A float32 product and sum in one; a product whose only use is a sum counts as one with it.</summary>
    Fma,

    /// <summary>A float32 product alone.</summary>
    Multiply,

    /// <summary>A float32 sum or difference alone.</summary>
    Add,

    /// <summary>Other float32: quotients, roots, minima.</summary>
    OtherFloat,

    /// <summary>Arithmetic in float64.</summary>
    Double,

    /// <summary>Arithmetic and logic of whole numbers, addresses among them.</summary>
    Integer,

    /// <summary>From one type to another.</summary>
    Conversion,

    /// <summary>Comparisons, predicates, and choices by them.</summary>
    Predicate,

    /// <summary>Copies between registers; the assembler removes most.</summary>
    Move,

    /// <summary>Arguments, which NVIDIA's instructions read as constants.</summary>
    Parameter,

    /// <summary>Branches and the end.</summary>
    Branch,

    /// <summary>Loads from global memory.</summary>
    GlobalLoad,

    /// <summary>Stores to global memory.</summary>
    GlobalStore,

    /// <summary>Loads from shared memory.</summary>
    SharedLoad,

    /// <summary>Stores to shared memory.</summary>
    SharedStore,

    /// <summary>
    /// Copies from global to shared memory past the registers: their requests count among the loads from the one and
    /// among the stores to the other.
    /// </summary>
    AsyncCopy,

    /// <summary>Loads from and stores to a thread's own memory.</summary>
    Local,

    /// <summary>Read-modify-write in memory.</summary>
    Atomic,

    /// <summary>Barriers of a group or a warp, and fences.</summary>
    Barrier,

    /// <summary>Values handed between the lanes of a warp.</summary>
    Shuffle,

    /// <summary>Products of the tensor cores.</summary>
    Tensor,
}
