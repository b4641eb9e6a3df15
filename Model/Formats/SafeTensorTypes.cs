namespace NativeCnn.Model.Formats;

/// <summary>Sizes of element types.</summary>
public static class SafeTensorTypes
{
    /// <summary>The size of one element.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>Bytes: 1, 2, 4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such type.</exception>
    public static int SizeInBytes(this SafeTensorType type) => type switch
    {
        SafeTensorType.BOOL or SafeTensorType.U8 or SafeTensorType.I8 => 1,
        SafeTensorType.I16 or SafeTensorType.U16 or SafeTensorType.F16 or SafeTensorType.BF16 => 2,
        SafeTensorType.I32 or SafeTensorType.U32 or SafeTensorType.F32 => 4,
        SafeTensorType.F64 or SafeTensorType.I64 or SafeTensorType.U64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such element type."),
    };
}
