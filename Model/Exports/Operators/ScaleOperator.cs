namespace NativeCnn.Model.Exports.Operators;

/// <summary>Each channel times a number that is computed, [C, T], [C] -> [C, T]: y[c, t] = x[c, t] gate[c].</summary>
/// <param name="X">[C, T].</param>
/// <param name="Gate">[C].</param>
/// <param name="Output">[C, T].</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ScaleOperator(ExportValue X, ExportValue Gate, ExportValue Output)
    : ExportOperator([X, Gate], Output)
{
    /// <summary>The factor of each channel.</summary>
    public ExportValue Gate => Inputs[1];
}
