namespace NativeCnn.Model.Exports.Operators;

/// <summary>The same numbers as a flat value, channel after channel: [C, T] -> [C T].</summary>
/// <param name="X">[C, T] or [N].</param>
/// <param name="Output">[C T].</param>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FlattenOperator(ExportValue X, ExportValue Output) : ExportOperator([X], Output);
