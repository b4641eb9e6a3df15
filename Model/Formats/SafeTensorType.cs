// The element types of safetensors that are whole bytes wide, under the format's own names.

namespace NativeCnn.Model.Formats;

/// <summary>The element type of a tensor in a safetensors file. The names are those in the file's header.</summary>
public enum SafeTensorType
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of an F32.</summary>
    BF16,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,
}

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
