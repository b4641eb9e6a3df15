namespace NativeCnn.Tools.Exporting;

/// <summary>What numbers an exported network computes with.</summary>
public enum ExportPrecision
{
    /// <summary>32-bit floats, as in training.</summary>
    Floats,

    /// <summary>8-bit integers, of 16 bits between layers where 8 lose too much.</summary>
    Bytes,
}
