namespace NativeCnn.Model.Exports.Operators;

/// <summary>A dense layer, [N] -> [O]: y[o] = bias[o] + the sum over i of weight[o, i] x[i].</summary>
/// <param name="X">[N].</param>
/// <param name="Output">[O].</param>
/// <param name="Weight">[O, N].</param>
/// <param name="Bias">[O].</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record DenseOperator(ExportValue X, ExportValue Output, ExportWeight Weight, ExportWeight Bias)
    : ExportOperator([X], Output)
{
    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => [Weight, Bias];
}
