namespace NativeCnn.Engine.Optimizers;

/// <summary>One line of an optimiser's formula with its numbers put in.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What is computed, such as <c>m</c>.</param>
/// <param name="Formula">From what, such as <c>0.9 m + (1 - 0.9) g</c>.</param>
/// <param name="Value">What it comes to.</param>
public sealed record UpdateLine(string Name, string Formula, double Value);
