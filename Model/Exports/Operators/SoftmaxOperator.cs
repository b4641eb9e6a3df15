namespace NativeCnn.Model.Exports.Operators;

/// <summary>Softmax of a flat value, [N] -> [N], or its logarithm.</summary>
/// <param name="X">[N].</param>
/// <param name="Output">[N].</param>
/// <param name="Logarithm">True for the logarithm.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record SoftmaxOperator(ExportValue X, ExportValue Output, bool Logarithm) : ExportOperator([X], Output);
