using System.Runtime.CompilerServices;

namespace NativeCnn.Engine.Ptx;

/// <summary>
/// The arrays of one kind of memory. An address is the array's number from 1, shifted by <see cref="NumberShift"/>,
/// plus the byte in the array: so an access is checked against the very array that its address was computed from, and
/// one that runs past its end never meets the next.
/// </summary>
internal unsafe struct PtxSpace
{
    /// <summary>Bits of an address below the array's number: more than 32-bit indices of 16 bytes reach.</summary>
    public const int NumberShift = 40;

    /// <summary>The arrays.</summary>
    public PtxArray* Arrays;

    /// <summary>How many there are.</summary>
    public int Count;

    /// <summary>The address of an array's first byte.</summary>
    public static ulong AddressOf(int array) => (ulong)(array + 1) << NumberShift;

    /// <summary>
    /// Where an access lies: a machine address, or for local memory a byte of the lane's; 0 less one where it is
    /// outside its array, 0 less two where it is not a multiple of its size.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly long Find(ulong address, int bytes)
    {
        ulong number = (address >> NumberShift) - 1;
        ulong at = address & ((1UL << NumberShift) - 1);
        if (number >= (ulong)Count || at + (ulong)bytes > (ulong)Arrays[number].Bytes)
        {
            return Outside;
        }

        long found = Arrays[number].Start + (long)at;
        return (found & (bytes - 1)) == 0 ? found : Unaligned;
    }

    /// <summary>What <see cref="Find"/> says of an access outside its array.</summary>
    public const long Outside = -1;

    /// <summary>What <see cref="Find"/> says of an address that is no multiple of the access's size.</summary>
    public const long Unaligned = -2;
}
