namespace NativeCnn.Model.Sweeps;

/// <summary>How values of a range are distributed.</summary>
internal enum RangeKind
{
    /// <summary>Every number between the ends alike.</summary>
    Uniform,

    /// <summary>The logarithm of the number is uniform.</summary>
    LogUniform,

    /// <summary>Every whole number from one end to the other alike.</summary>
    Integer,

    /// <summary>One of several values, each alike.</summary>
    Choice,
}
