namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// A convolution over time, [C, T] -> [K, L]: y[k, l] = bias[k] + the sum over c and r of
/// weight[k, c, r] x[c, l stride - before + r dilation], with zeros outside of x; group g of the filters reads group g of
/// the channels.
/// </summary>
/// <param name="X">[C, T].</param>
/// <param name="Output">[K, L].</param>
/// <param name="Weight">[K, C / groups, R].</param>
/// <param name="Bias">[K], or null.</param>
/// <param name="Stride">Time steps between two outputs.</param>
/// <param name="Before">Zeros before x.</param>
/// <param name="After">Zeros behind x.</param>
/// <param name="Dilation">Time steps between two taps.</param>
/// <param name="Groups">Groups that channels and filters are split into.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ConvOperator(
    ExportValue X, ExportValue Output, ExportWeight Weight, ExportWeight? Bias, int Stride, int Before, int After,
    int Dilation, int Groups) : ExportOperator([X], Output)
{
    /// <summary>Kernel taps R.</summary>
    public int Taps => Weight.Shape[2];

    /// <inheritdoc/>
    public override IEnumerable<ExportWeight> Weights => Bias is null ? [Weight] : [Weight, Bias];
}
