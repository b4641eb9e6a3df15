namespace NativeCnn.Tools.Kernels;

/// <summary>One operator compared with a plain computation.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Operator">Its name.</param>
/// <param name="LargestError">The largest difference between two elements.</param>
/// <param name="Allowed">What rounding may come to.</param>
public sealed record OperatorCheck(string Operator, double LargestError, double Allowed)
{
    /// <summary>True if the device computes it right.</summary>
    public bool Passed => LargestError <= Allowed;
}
