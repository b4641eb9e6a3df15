namespace NativeCnn.Model.Data.Description;

/// <summary>Lengths of clips in seconds.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Min">The shortest.</param>
/// <param name="Median">Half of them are not longer.</param>
/// <param name="P95">95 % of them are not longer.</param>
/// <param name="Max">The longest.</param>
public sealed record LengthSummary(double Min, double Median, double P95, double Max);
