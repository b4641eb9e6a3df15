using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NativeCnn.Model.Caching;

/// <summary>What a row of a pack consists of.</summary>
/// <param name="Values">Numbers of the row itself: features, or samples.</param>
/// <param name="Notes">Numbers that are kept beside them, such as their moments; always of 32 bits.</param>
/// <param name="IsHalf">True keeps the values as 16-bit floats (IEEE 754 binary16).</param>
internal readonly record struct PackLayout(int Values, int Notes = 0, bool IsHalf = false)
{
    /// <summary>Bytes of a value.</summary>
    public int BytesOfValue => IsHalf ? 2 : sizeof(float);

    /// <summary>Bytes of the values of a row.</summary>
    public int ValueBytes => Values * BytesOfValue;

    /// <summary>Bytes of a row.</summary>
    public int RowBytes => ValueBytes + (Notes * sizeof(float));

    /// <summary>Values as they are kept.</summary>
    /// <param name="values">Values; where halves are kept, numbers that halves hold.</param>
    /// <param name="bytes">Their bytes; assigned.</param>
    public void Narrow(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        if (IsHalf)
        {
            TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes));
        }
        else
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        }
    }

    /// <summary>Values from how they are kept.</summary>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="values">Values; assigned.</param>
    public void Widen(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (IsHalf)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        }
    }
}
