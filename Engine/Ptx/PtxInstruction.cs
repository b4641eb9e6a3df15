using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Ptx;

/// <summary>
/// An instruction as <see cref="PtxMachine"/> executes it: what to do, and where its operands lie in a warp's
/// registers, as offsets in bytes. A constant is a register that was filled beforehand.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PtxInstruction
{
    /// <summary>The most operands: a product of the tensor cores has 4 + 4 + 2 + 4.</summary>
    public const int MostOperands = 14;

    /// <summary>Executes the instruction for the active lanes of a warp.</summary>
    public delegate*<PtxWarp*, PtxInstruction*, void> Body;

    /// <summary>Added to an address, of a copy where it writes to; or which byte of the parameters is loaded.</summary>
    public long Offset;

    /// <summary>Elements that a load or a store moves: 1, 2 or 4; bytes that an asynchronous copy writes.</summary>
    public int Count;

    /// <summary>Its line in the text, from 1.</summary>
    public int Line;

    /// <summary>The operands in the order of the text; of an access the elements first, then the address.</summary>
    public fixed int Operand[MostOperands];
}
