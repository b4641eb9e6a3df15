using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NativeCnn.Engine.Simd;

/// <summary>Masks for the last vector of a run, which overlaps the one before it.</summary>
internal static unsafe class VectorTail
{
    private static ReadOnlySpan<int> Bits =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    ];

    /// <summary>All bits in the last lanes, none in the others.</summary>
    /// <param name="lanes">How many are the last ones, 0 to all.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector>(int lanes) where TVector : unmanaged, IFloatVector<TVector>
    {
        // Constant data does not move.
        int* bits = (int*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Bits));
        return TVector.Load((float*)(bits + (Bits.Length / 2) - TVector.Count + lanes));
    }
}
