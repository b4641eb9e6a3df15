namespace NativeCnn.Model.Exports.Operators;

/// <summary>A function of each element, of any shape.</summary>
/// <param name="X">Any shape.</param>
/// <param name="Output">The same shape.</param>
/// <param name="Function">The function.</param>
/// <param name="Slope">The slope below 0 of those that have one.</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FunctionOperator(ExportValue X, ExportValue Output, ExportFunction Function, float Slope)
    : ExportOperator([X], Output);
