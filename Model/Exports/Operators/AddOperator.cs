namespace NativeCnn.Model.Exports.Operators;

/// <summary>The sum of values of one shape, from the first on.</summary>
/// <param name="Terms">At least two.</param>
/// <param name="Output">The same shape.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record AddOperator(IReadOnlyList<ExportValue> Terms, ExportValue Output) : ExportOperator(Terms, Output)
{
    /// <summary>What is added.</summary>
    public IReadOnlyList<ExportValue> Terms => Inputs;
}
