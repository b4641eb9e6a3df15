namespace NativeCnn.Model;

/// <summary>A class and how probable the network holds it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Label">The class.</param>
/// <param name="Probability">
/// In [0, 1]; over all classes they sum to 1, unless a clip may have several: then each stands by itself.
/// </param>
public sealed record LabelProbability(string Label, double Probability);
