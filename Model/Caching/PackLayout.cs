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
}
