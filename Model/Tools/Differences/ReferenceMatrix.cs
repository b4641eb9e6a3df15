namespace NativeCnn.Tools.Differences;

/// <summary>A matrix of a reference, as it lies in its file.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Stage">Which stage of the chain it is.</param>
/// <param name="Rows">The first extent: bands or coefficients, unless it is transposed.</param>
/// <param name="Columns">The second extent: frames, unless it is transposed.</param>
/// <param name="Values">[rows, columns].</param>
public sealed record ReferenceMatrix(string Stage, int Rows, int Columns, float[] Values);
