namespace NativeCnn.Engine.Ptx;

/// <summary>An access outside its array, or one that is not aligned.</summary>
internal sealed class PtxAccessFault(
    int line, string thread, ulong address, int bytes, long found, bool? isGlobal = null)
    : PtxFault(line, $"{thread} reaches a wrong address")
{
    /// <summary>The number of the array that the address was computed from; -1 for none.</summary>
    public long Array { get; } = (long)(address >> PtxSpace.NumberShift) - 1;

    /// <summary>The array is in global memory; null where the line's name of the instruction says.</summary>
    public bool? IsGlobal => isGlobal;

    /// <summary>What to say when the array is known by name.</summary>
    public string Describe(string array)
    {
        ulong at = address & ((1UL << PtxSpace.NumberShift) - 1);
        return found == PtxSpace.Unaligned
            ? $"makes an access that is not aligned: {thread} {bytes} bytes at byte {at} of {array}"
            : $"reaches outside a view: {thread} {bytes} bytes at byte {at} of {array}";
    }
}
