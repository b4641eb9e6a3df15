namespace NativeCnn.Engine.Ptx;

/// <summary>What the warps of a group have in common: arguments, shared memory, and when who used it.</summary>
internal unsafe struct PtxGroup
{
    /// <summary>The argument struct, laid out as the kernel reads it.</summary>
    public byte* Parameters;

    /// <summary>Bytes of <see cref="Parameters"/>.</summary>
    public int ParameterBytes;

    /// <summary>The views of the arguments: see <see cref="PtxSpace"/>.</summary>
    public PtxSpace Global;

    /// <summary>The arrays in shared memory.</summary>
    public PtxSpace Shared;

    /// <summary>The arrays in a lane's local memory; their addresses count from the lane's own memory.</summary>
    public PtxSpace Local;

    /// <summary>Bytes of local memory of a lane.</summary>
    public int LocalBytes;

    /// <summary>Where shared memory begins.</summary>
    public byte* SharedMemory;

    /// <summary>For each word of shared memory who used it last, and when.</summary>
    public PtxSharedWord* SharedUse;

    /// <summary>A handle to the <see cref="PtxCopies"/> of the group.</summary>
    public nint Copies;

    /// <summary>Grows at every barrier and with every group: equal numbers mean that no barrier lies between.</summary>
    public int Epoch;

    /// <summary><see cref="Epoch"/> at the start of the group.</summary>
    public int FirstEpoch;
}
