namespace NativeCnn.Model.Sweeps;

/// <summary>A rung of a sweep by halving.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Epochs">The epoch at which it ends.</param>
/// <param name="Jobs">Jobs that came to it.</param>
/// <param name="Done">Jobs that are done.</param>
/// <param name="Failed">Jobs that failed.</param>
/// <param name="Best">The best figure; null before the first is done.</param>
/// <param name="Worst">The worst figure; null before the first is done.</param>
public sealed record SweepRung(int Epochs, int Jobs, int Done, int Failed, double? Best, double? Worst);
