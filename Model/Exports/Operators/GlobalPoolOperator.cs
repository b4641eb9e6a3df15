namespace NativeCnn.Model.Exports.Operators;

/// <summary>The largest number, or the mean, of each channel over all time, [C, T] -> [C].</summary>
/// <param name="X">[C, T].</param>
/// <param name="Output">[C].</param>
/// <param name="Mean">True for the mean, false for the largest.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record GlobalPoolOperator(ExportValue X, ExportValue Output, bool Mean) : ExportOperator([X], Output);
