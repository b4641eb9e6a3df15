namespace NativeCnn.Model;

/// <summary>What a classifier says of one window of a sound.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
public sealed record WindowPrediction(double Start, string Label, double Probability);
