namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// A normalisation of each group of channels over its channels and all time, [C, T] or [C]:
/// y = weight[c] (x - mean) / sqrt(variance + epsilon) + bias[c], with the group's own mean and population variance.
/// </summary>
/// <param name="X">[C, T] or [C].</param>
/// <param name="Output">The same shape.</param>
/// <param name="Weight">[C].</param>
/// <param name="Bias">[C].</param>
/// <param name="Groups">Groups of neighbouring channels.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record GroupNormOperator(
    ExportValue X, ExportValue Output, ExportWeight Weight, ExportWeight Bias, int Groups, float Epsilon)
    : ExportOperator([X], Output)
{
    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => [Weight, Bias];
}
