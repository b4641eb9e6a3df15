namespace NativeCnn.Engine.Operators;

/// <summary>Which reduction.</summary>
internal enum ReductionKind
{
    /// <summary>Sum, from 0.</summary>
    Sum = 0,

    /// <summary>Maximum, from minus infinity.</summary>
    Max = 1,
}
