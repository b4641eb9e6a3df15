namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// A scale and a shift for each channel, [C, T] or [C]: y[c] = scale[c] x[c] + shift[c]. No layer gives it: a batch
/// normalisation that no convolution takes in becomes one.
/// </summary>
/// <param name="X">[C, T] or [C].</param>
/// <param name="Output">The same shape.</param>
/// <param name="Scale">[C].</param>
/// <param name="Shift">[C].</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record AffineOperator(ExportValue X, ExportValue Output, ExportWeight Scale, ExportWeight Shift)
    : ExportOperator([X], Output)
{
    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => [Scale, Shift];
}
