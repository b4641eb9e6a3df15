namespace NativeCnn.Model.Exports.Operators;

/// <summary>
/// The largest number, or the mean, of windows over time, [C, T] -> [C, L]; window l begins at l stride - padding.
/// Places outside of x do not count for the largest.
/// </summary>
/// <param name="X">[C, T].</param>
/// <param name="Output">[C, L].</param>
/// <param name="Mean">True for the mean, false for the largest.</param>
/// <param name="Window">Time steps of a window.</param>
/// <param name="Stride">Time steps between two windows.</param>
/// <param name="Padding">Places before and behind x.</param>
/// <param name="CeilMode">True where a last window may reach beyond the padding, as PyTorch's ceil_mode has it.</param>
/// <param name="CountPadding">
/// True where a mean divides by all places of the window that lie in x or its padding, false by those in x.
/// </param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record PoolOperator(
    ExportValue X, ExportValue Output, bool Mean, int Window, int Stride, int Padding, bool CeilMode, bool CountPadding)
    : ExportOperator([X], Output);
