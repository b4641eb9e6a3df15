namespace NativeCnn.Model.Runs;

/// <summary>A figure that two runs have otherwise.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What it is.</param>
/// <param name="A">The first run's; null where it has none.</param>
/// <param name="B">The second run's; null where it has none.</param>
public sealed record MetricDifference(string Name, double? A, double? B);
