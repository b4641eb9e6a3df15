namespace NativeCnn.Engine.Operators;

/// <summary>What stands beyond the ends of a row.</summary>
public enum WaveletBorder
{
    /// <summary>The row mirrored, its end samples repeated.</summary>
    Symmetric,

    /// <summary>The row again, made even; as many coefficients as samples.</summary>
    Periodized,
}
