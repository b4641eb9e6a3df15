// Rows of one process on their way to the others, one behind the other:
//   1 byte       whether there is a row: 0 for a clip that could not be read
//   16 bytes     the hash of the clip's content, 0 where it is not known
//   notes        moments, seconds, remark, as a pack has them beside a row
//   values       as the set's place keeps them
using System.Runtime.InteropServices;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>How a row lies among those that processes give each other.</summary>
/// <param name="layout">What a row consists of.</param>
/// <param name="notes">Numbers of its notes.</param>
internal readonly struct RowParcel(PackLayout layout, int notes)
{
    private const int BytesOfHead = 1 + BytesOfHash;
    private const int BytesOfHash = 16;

    /// <summary>Bytes of a row.</summary>
    public int Bytes => BytesOfHead + (notes * sizeof(float)) + layout.ValueBytes;

    /// <summary>Where its values lie.</summary>
    public Span<byte> ValuesOf(Span<byte> row) => row[(BytesOfHead + (notes * sizeof(float)))..Bytes];

    /// <summary>Writes what stands before the values.</summary>
    /// <param name="row">The row; assigned.</param>
    /// <param name="content">The hash of the clip's content.</param>
    /// <param name="own">Its notes.</param>
    public static void Write(Span<byte> row, UInt128 content, ReadOnlySpan<float> own)
    {
        row[0] = 1;
        MemoryMarshal.Write(row[1..], content);
        MemoryMarshal.AsBytes(own).CopyTo(row[BytesOfHead..]);
    }

    /// <summary>Reads what stands before the values.</summary>
    /// <param name="row">The row.</param>
    /// <param name="content">The hash of the clip's content; 0 for one that is not known.</param>
    /// <param name="its">Its notes; assigned.</param>
    /// <returns>False where there is no row.</returns>
    public bool TryRead(ReadOnlySpan<byte> row, out UInt128 content, Span<float> its)
    {
        content = MemoryMarshal.Read<UInt128>(row[1..]);
        row.Slice(BytesOfHead, notes * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(its));
        return row[0] != 0;
    }
}
