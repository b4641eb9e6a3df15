namespace NativeCnn.Tools.Exporting.C;

/// <summary>Names, sizes and rounding of each <see cref="CNumber"/>.</summary>
internal static class CNumbers
{
    /// <summary>What functions over it end with.</summary>
    public static string Suffix(this CNumber number) => Of(number).Suffix;

    /// <summary>Its type in C.</summary>
    public static string Type(this CNumber number) => Of(number).Type;

    /// <summary>Bytes of one.</summary>
    public static int Bytes(this CNumber number) => Of(number).Bytes;

    /// <summary>The largest whole number; 0 for floats.</summary>
    public static int Most(this CNumber number) => Of(number).Most;

    /// <summary>What <c>to_u8</c> and its like of the C source do: to_f32 leaves a number as it is.</summary>
    public static float Round(this CNumber number, float value) => number == CNumber.Float32
        ? value
        : MathF.Floor(Math.Clamp(value, number == CNumber.UInt8 ? 0 : -number.Most(), number.Most()) + 0.5f);

    private static (string Suffix, string Type, int Bytes, int Most) Of(CNumber number) => number switch
    {
        CNumber.UInt8 => ("u8", "uint8_t", 1, 255),
        CNumber.Int8 => ("s8", "int8_t", 1, 127),
        CNumber.Int16 => ("s16", "int16_t", 2, 32767),
        _ => ("f32", "float", 4, 0),
    };
}
