namespace NativeCnn.Tools.Exporting.C;

/// <summary>What a value's numbers are in C.</summary>
internal enum CNumber
{
    /// <summary>float.</summary>
    Float32,

    /// <summary>uint8_t: a value that is never negative, times a scale.</summary>
    UInt8,

    /// <summary>int8_t from -127 to 127, times a scale.</summary>
    Int8,

    /// <summary>int16_t from -32,767 to 32,767, times a scale.</summary>
    Int16,
}
