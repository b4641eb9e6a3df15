namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// The input as it is; while training, parts of it are zero with probability rate and the others divided by 1 - rate.
/// Only graphs for training have it, see <see cref="ExportGraph.ForTraining"/>.
/// </summary>
/// <param name="X">Any shape.</param>
/// <param name="Output">The same shape.</param>
/// <param name="Rate">Probability in [0, 1).</param>
/// <param name="Extent">What is zero at once.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record DropoutOperator(ExportValue X, ExportValue Output, float Rate, DropoutExtent Extent)
    : ExportOperator([X], Output);
