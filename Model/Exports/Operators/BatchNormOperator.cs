namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// A batch normalisation by running statistics, [C, T] or [C]:
/// y[c] = weight[c] (x[c] - mean[c]) / sqrt(variance[c] + epsilon) + bias[c].
/// </summary>
/// <param name="X">[C, T] or [C].</param>
/// <param name="Output">The same shape.</param>
/// <param name="Weight">[C].</param>
/// <param name="Bias">[C].</param>
/// <param name="Mean">[C].</param>
/// <param name="Variance">[C].</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record BatchNormOperator(
    ExportValue X, ExportValue Output, ExportWeight Weight, ExportWeight Bias, ExportWeight Mean,
    ExportWeight Variance, float Epsilon) : ExportOperator([X], Output)
{
    /// <summary>The share that a mini-batch has in the running statistics while training.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => [Weight, Bias, Mean, Variance];
}
