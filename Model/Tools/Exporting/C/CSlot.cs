namespace NativeCnn.Tools.Exporting.C;

/// <summary>A part of the static memory, and when it is needed.</summary>
/// <param name="bytes">Its size.</param>
/// <param name="first">The step that writes it first.</param>
/// <param name="last">The last step that reads or writes it.</param>
internal sealed class CSlot(int bytes, int first, int last)
{
    /// <summary>Bytes, a multiple of <see cref="CMemory.Alignment"/>.</summary>
    public int Bytes { get; } = (bytes + CMemory.Alignment - 1) / CMemory.Alignment * CMemory.Alignment;

    /// <summary>The step that writes it first.</summary>
    public int First { get; } = first;

    /// <summary>The last step that needs it.</summary>
    public int Last { get; set; } = last;

    /// <summary>Where it begins, in bytes.</summary>
    public int Start { get; set; }
}
